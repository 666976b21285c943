from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from calendar_service.model.document import RawDocument
from calendar_service.sources.folder import Folder, Rejection

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


def test_a_file_is_given_once_when_it_is_complete(tmp_path: Path) -> None:
    folder = Folder(tmp_path, FixedClock())
    file = tmp_path / "a.html"
    file.write_bytes(b"half")
    assert list(folder.look()) == []
    file.write_bytes(b"half and the rest")
    assert list(folder.look()) == []
    assert list(folder.look()) == [RawDocument(b"half and the rest", "folder:a.html", "a.html", NOW)]
    assert list(folder.look()) == []
    file.write_bytes(b"new")
    assert list(folder.look()) == []
    assert [item.content for item in folder.look() if isinstance(item, RawDocument)] == [b"new"]
    assert file.exists()


def test_hidden_unfinished_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "secret.txt"
    (inbox / ".git").mkdir(parents=True)
    (inbox / "sub").mkdir()
    outside.write_text("secret")
    for name in (".hidden", "a.PDF.part", "b~", ".git/config", "sub/c.txt"):
        (inbox / name).write_text("x")
    (inbox / "link.txt").symlink_to(outside)
    (inbox / "broken.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(inbox / "pipe.txt")
    folder = Folder(inbox, FixedClock())
    assert list(folder.look()) == []
    assert [item.origin for item in folder.look() if isinstance(item, RawDocument)] == ["folder:sub/c.txt"]


def test_a_file_that_is_too_large_is_rejected_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "big.pdf").write_bytes(b"x" * 2_000_001)
    folder = Folder(tmp_path, FixedClock(), most_bytes=1_000_000)
    assert list(folder.look()) == []
    (found,) = folder.look()
    assert isinstance(found, Rejection)
    assert str(found.reason).startswith("The file is larger than 1 MB (2 MB) and was not read.")
    assert found.document.name == "big.pdf"
