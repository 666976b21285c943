"""What commands print of names, paths and quotes from outside does nothing to a terminal."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calendar_service.cli import main
from calendar_service.cli.logs import TextFormatter
from calendar_service.cli.options import plain

ANNOUNCEMENT = (
    "DULUTH, Ga., March 2, 2026 - Example\x1b[2J Timber\u009b31m Inc. (NYSE: EXTB) today declared a quarterly cash dividend of "
    "$0.25 per share, payable on April 15, 2026 to shareholders of record on March 31, 2026.\n"
)
NAMES = {
    "escape": (b"\x1b]0;owned\x07.txt", r"\x1b]0;owned\x07.txt"),
    "line": (b"a\n9 read.txt", r"a\n9 read.txt"),
    "return": (b"bad.txt\rgood.txt", r"bad.txt\rgood.txt"),
    "control": (b"\xc2\x9b31m.txt", r"\x9b31m.txt"),
    "turned": ("\u202etxt.exe".encode(), r"\u202etxt.exe"),
    "bytes": (b"\xff\xfe.txt", r"\udcff\udcfe.txt"),
    "kept": ("決算 短信\u3000é.txt".encode(), "決算 短信\u3000é.txt"),
}


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(folder / "data"), *arguments])


@pytest.mark.parametrize("name", sorted(NAMES))
def test_names_of_files_are_written_out(tmp_path: Path, name: str) -> None:
    raw, shown = NAMES[name]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / os.fsdecode(raw)).write_text(ANNOUNCEMENT, encoding="utf-8")
    read = run(tmp_path, "ingest", str(folder))
    assert read.output.splitlines()[0] == f"{folder}/{shown}: read"
    assert read.output.splitlines()[2:] == ["1 read"]
    told = run(tmp_path, "explain", str(folder / os.fsdecode(raw)))
    assert told.output.splitlines()[0] == f"{folder}/{shown}"
    lines = run(tmp_path, "extract", "--jsonl", str(folder)).output.splitlines()
    assert [json.loads(line)["doc"] for line in lines] == [f"{folder}/{os.fsdecode(raw)}"]
    listed = run(tmp_path, "actions")
    for output in (read.output, told.output, lines[0], listed.output):
        assert output.replace("\n", "").replace("\u3000", "").isprintable()


def test_an_errors_lines_stay_lines_and_hold_nothing_else(tmp_path: Path) -> None:
    shown = run(tmp_path, "actions", "show", "\x1b[2Jx\u202e")
    assert shown.exit_code == 1
    assert r"There is no action \x1b[2Jx\u202e;" in shown.output


def test_plain_text_is_left_as_it_is() -> None:
    text = "Société Générale – 株式会社 ¥5.00 \u00a0\u3000⟦quote⟧"
    assert plain(text) == text


def test_what_a_log_tells_of_an_exception_commands_no_terminal() -> None:
    try:
        raise ValueError("no date: \x1b]0;owned\x07\u202e\u009b2J")  # noqa: TRY301 - an exception with a trace
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "reading %s failed", ("a\nb",), sys.exc_info())
    lines = TextFormatter().format(record).split("\n")
    assert lines[0].endswith(r"error   reading a\nb failed")
    assert lines[-1] == r"ValueError: no date: \x1b]0;owned\x07\u202e\x9b2J"
