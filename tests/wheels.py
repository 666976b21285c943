"""The wheel that users install, built and put into an environment of its own, with its modules compiled."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
_FOLDER = ROOT / ".venv-wheel"
_BUILT_FROM = ("calendar_service/**/*.py", "calendar_service/**/*.toml", "pyproject.toml", ".packaging/*.py")
WISH = "CALENDAR_SERVICE_COMPILE"


def compiled_python() -> Path:
    """The Python of an environment that has the compiled wheel of these sources, built where they have changed.

    Its other packages are those of the Python that runs this. Raises RuntimeError with what pip says where the wheel
    cannot be built.
    """
    python, mark, stamp = _FOLDER / "bin" / "python", _FOLDER / "built_from", _stamp()
    _FOLDER.mkdir(exist_ok=True)
    with (_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if mark.exists() and mark.read_text(encoding="ascii") == stamp:
            return python
        mark.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            _run([*_PIP, "wheel", "--no-deps", "--wheel-dir", folder, str(ROOT)], {WISH: "1"})
            _run([sys.executable, "-m", "venv", "--without-pip", str(_FOLDER)])
            wheels = map(str, Path(folder).glob("*.whl"))
            target = [
                *_PIP,
                "--python",
                str(python),
                "install",
                "--no-deps",
                "--no-index",
                "--force-reinstall",
            ]
            _run([*target, *wheels])
        own, others = (
            sysconfig.get_path("purelib", vars={"base": base}) for base in (str(_FOLDER), sys.prefix)
        )
        (Path(own) / "others.pth").write_text(f"{others}\n", encoding="utf-8")
        mark.write_text(stamp, encoding="ascii")
    return python


def build_wheel(folder: Path, environment: dict[str, str]) -> tuple[Path, str]:
    """A wheel of these sources in `folder`, and all that pip says; the environment adds to that of this process."""
    said = _run([*_PIP, "wheel", "-v", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], environment)
    (wheel,) = folder.glob("*.whl")
    return wheel, said


_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})}
    )
    said = done.stdout + done.stderr
    if done.returncode:
        raise RuntimeError(said)
    return said


def _stamp() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(path for pattern in _BUILT_FROM for path in ROOT.glob(pattern)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
