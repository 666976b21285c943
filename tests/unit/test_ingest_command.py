"""`calendar-service ingest --again`: what was read before is read anew, from files or from the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from calendar_service.cli import main

NOTICE = (
    "DULUTH, Ga., March 2, 2026 - Kestrel Timber Inc. (NYSE: KSTR) today declared a quarterly cash dividend of "
    "$0.25 per share, payable on April 15, 2026 to shareholders of record on March 31, 2026.\n"
)


@pytest.fixture(autouse=True)
def _no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))


def call(folder: Path, *words: str, status: int = 0) -> list[str]:
    result = CliRunner().invoke(main, ["--data", str(folder / "data"), "ingest", *words])
    assert result.exit_code == status, result.output
    return result.output.splitlines()


def test_known_documents_are_read_again(tmp_path: Path) -> None:
    notice, empty = tmp_path / "notice.txt", tmp_path / "empty.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    empty.write_bytes(b"")
    assert call(tmp_path, str(notice))[-1] == "1 read"
    assert call(tmp_path, str(notice))[-1] == "1 unchanged"
    assert call(tmp_path, "--again", str(notice)) == [f"{notice}: read", "1 read"]
    assert call(tmp_path, str(empty), status=1)[-1] == "1 rejected"
    assert call(tmp_path, "--again", "--stored", status=1)[-3:] == [
        "notice.txt: read",
        "empty.txt: rejected: The file is empty.",
        "1 read, 1 rejected",
    ]


def test_a_file_that_could_not_be_opened_is_not_read_from_its_name(tmp_path: Path) -> None:
    from calendar_service.bootstrap import Service
    from calendar_service.settings import load_settings

    with Service(load_settings(None, {}, data=tmp_path / "data")) as service:
        service.prepare()
        assert service.ingest_file(tmp_path / "gone.txt", "cli:gone.txt").outcome == "rejected"
        (stored,) = service.list_stored()
        again = service.ingest_stored(stored)
        assert (again.outcome, again.reason) == ("unchanged", "its bytes were not kept")
        assert service.list_stored() == [stored]


@pytest.mark.parametrize("words", [(), ("--stored",), ("--again",), ("--again", "--stored", "x.txt")])
def test_words_that_make_no_sense_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert "Usage:" in call(tmp_path, *words, status=2)[0]
