"""Compiles the reading of announcements with mypyc while a wheel is built, where a C compiler is at hand.

The wheel then holds the compiled modules of `calendar_service/extract` beside their sources. Without a C compiler, or
where compiling fails, it holds the sources alone and reads the same, more slowly. An editable install is never
compiled, so that no compiled module hides one that is edited.

`CALENDAR_SERVICE_COMPILE` in the environment: `0` never compiles, `1` fails where it cannot, anything else or nothing
compiles where it can. `CC` names the compiler.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPILED = Path("calendar_service", "extract")
WISH = "CALENDAR_SERVICE_COMPILE"


class CompileHook(BuildHookInterface[Any]):
    """Adds compiled modules to a wheel."""

    def dependencies(self) -> list[str]:
        """What compiling needs, installed for the build only; nothing where it cannot be done."""
        return [] if why_not() else ["mypy>=1.18", "setuptools>=77"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles unless the install is editable, and says in one line where that is not possible."""
        if version == "editable":
            return
        reason = why_not()
        if not reason:
            self._folder = Path(tempfile.mkdtemp(prefix="calendar-service-build-"))
            try:
                built = compile_modules(Path(self.root), self._folder)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever goes wrong in mypyc or the C compiler
                reason = f"compiling failed ({type(error).__name__}: {error})"
            else:
                build_data["force_include"] |= built
                build_data["pure_python"], build_data["infer_tag"] = False, True
                return
        if os.environ.get(WISH) == "1":
            raise RuntimeError(f"{WISH}=1, but {reason}.")
        self.app.display_warning(
            f"calendar-service is installed without compiled modules: {reason}. It works, and reads more slowly."
        )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes what compiling left behind; it is in the wheel now."""
        del version, build_data, artifact_path
        if folder := getattr(self, "_folder", None):
            shutil.rmtree(folder, ignore_errors=True)


def why_not() -> str:
    """Why nothing can be compiled here; "" where it can."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
    if os.environ.get(WISH) == "0":
        return f"{WISH}=0"
    if shutil.which(compiler) is None:
        return f"there is no C compiler {compiler!r}"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "Python's headers are not installed"
    return ""


def compile_modules(root: Path, folder: Path) -> dict[str, str]:
    """Compiles into `folder`; each built file with its place in the wheel. Raises what mypyc and the compiler raise."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    class Build(build_ext):
        """Compiles several files at once."""

        def build_extension(self, ext: Any) -> None:
            def compiled(source: str) -> list[str]:
                return self.compiler.compile(
                    [source],
                    output_dir=self.build_temp,
                    include_dirs=ext.include_dirs,
                    extra_postargs=[
                        *ext.extra_compile_args,
                        "-w",
                    ],  # made by a machine: its warnings help nobody
                )

            with ThreadPoolExecutor(os.cpu_count()) as pool:
                objects = [name for names in pool.map(compiled, ext.sources) for name in names]
            self.compiler.link_shared_object(
                objects, self.get_ext_fullpath(ext.name), build_temp=self.build_temp
            )

    before = Path.cwd()
    os.chdir(root)  # the names of modules, and of files in tracebacks, are told from here
    try:
        extensions = mypycify(
            [
                "--config-file=",
                f"--cache-dir={folder / 'cache'}",
                "--ignore-missing-imports",
                *sorted(map(str, COMPILED.rglob("*.py"))),
            ],
            opt_level="1",  # 2 takes twice as long and gains nothing that can be measured
            debug_level="0",
            multi_file=True,
            group_name="calendar_service",
            target_dir=str(folder / "c"),
        )
        build = Build(Distribution({"name": "calendar-service", "ext_modules": extensions}))
        build.build_lib, build.build_temp = str(folder / "lib"), str(folder / "objects")
        build.ensure_finalized()
        build.run()
    finally:
        os.chdir(before)
    library = folder / "lib"
    return {str(path): str(path.relative_to(library)) for path in library.rglob("*") if path.is_file()}
