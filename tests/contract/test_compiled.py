from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from calendar_service import __version__
from tests.wheels import ROOT, WISH, build_wheel, compiled_python

READINGS = Path(__file__).with_name("readings.py")


@pytest.fixture(scope="module")
def compiled() -> Path:
    """The Python that has the compiled wheel."""
    try:
        return compiled_python()
    except RuntimeError as error:
        pytest.skip(f"the wheel cannot be compiled here: {str(error).strip()[-300:]}")


def lines_of(command: list[str | Path], folder: Path) -> list[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def modules_of(folder: str) -> list[str]:
    """The names of the modules in a folder and below it, in order, but for the folder's own."""
    files = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / folder).rglob("*.py"))
    names = (".".join(file.parts).removesuffix(".__init__") for file in files)
    return sorted(name for name in names if name != folder.replace("/", "."))


@pytest.mark.slow
def test_the_compiled_modules_read_as_their_sources_do(compiled: Path, tmp_path: Path) -> None:
    ours, theirs = (lines_of([python, READINGS], tmp_path) for python in (Path(sys.executable), compiled))
    modules = modules_of("calendar_service/extract")
    count = len(modules)
    assert ours[:count] == [f"module\t{name}\tsource" for name in modules]
    assert theirs[:count] == [f"module\t{name}\tcompiled" for name in modules]
    differing = [pair for pair in zip(ours[count:], theirs[count:], strict=True) if pair[0] != pair[1]]
    assert differing == []
    assert len(ours) > 1000


def test_the_compiled_service_reads_in_its_child_process_and_tells_errors_the_same(
    compiled: Path, tmp_path: Path
) -> None:
    documents = sorted((ROOT / "tests" / "documents" / "announcements").iterdir())[::40]
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    for document in documents:
        (tmp_path / document.name).write_bytes(document.read_bytes())
    programs = (Path(sys.executable).parent / "calendar-service", compiled.parent / "calendar-service")
    ours, theirs = (lines_of([program, "extract", "--jsonl", "."], tmp_path) for program in programs)
    assert ours == theirs
    assert len(ours) == len(documents) + 2
    assert sum('"error"' in line for line in ours) == 2


def test_a_wrong_lexicon_is_told_in_the_same_words_and_shows_where_it_was_found(
    compiled: Path, tmp_path: Path
) -> None:
    (tmp_path / "en.toml").write_text('language = "en"\nnonsense = 1\n', encoding="utf-8")
    program = (
        f"from pathlib import Path; from calendar_service.extract import load; load(Path({str(tmp_path)!r}))"
    )
    ours, theirs = (
        subprocess.run([python, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
        for python in (Path(sys.executable), compiled)
    )
    assert ours.stderr.splitlines()[-1] == theirs.stderr.splitlines()[-1]
    assert "DataFileError" in theirs.stderr
    assert "extract/lexicon/checking.py" in theirs.stderr


def test_the_version_says_whether_reading_is_compiled(compiled: Path, tmp_path: Path) -> None:
    programs = (Path(sys.executable).parent / "calendar-service", compiled.parent / "calendar-service")
    ours, theirs = (lines_of([program, "--version"], tmp_path) for program in programs)
    assert ours == [f"calendar-service, version {__version__}, reading not compiled"]
    assert theirs == [f"calendar-service, version {__version__}, reading compiled"]


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"CC": "no-such-compiler"}, "there is no C compiler 'no-such-compiler'"),
        ({WISH: "0"}, "CALENDAR_SERVICE_COMPILE=0"),
        ({"CC": "false"}, "compiling failed"),
    ],
)
def test_a_wheel_is_built_without_compiling_and_says_why(
    tmp_path: Path, environment: dict[str, str], reason: str
) -> None:
    wheel, said = build_wheel(tmp_path, environment)
    assert wheel.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]
    assert f"calendar-service is installed without compiled modules: {reason}" in said


def test_a_wheel_that_must_be_compiled_is_not_built_without(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="CALENDAR_SERVICE_COMPILE=1, but there is no C compiler 'none'"):
        build_wheel(tmp_path, {"CC": "none", WISH: "1"})
