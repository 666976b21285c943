"""Bad input is kept with a reason that a person understands, and never stops the rest."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from calendar_service.bootstrap import Service
from calendar_service.settings import load_settings

GOOD = (
    "DULUTH, Ga., March 2, 2026 - Example Timber Inc. (NYSE: EXTB) today declared a quarterly cash dividend of "
    "$0.25 per share, payable on April 15, 2026 to shareholders of record on March 31, 2026.\n"
)


def make_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", GOOD)
    return stream.getvalue()


BAD = {
    "empty.txt": (b"", "rejected"),
    "blank.txt": (b" \n\t\n", "rejected"),
    "binary.bin": (bytes(range(256)) * 400, "rejected"),
    "archive.zip": (make_zip(), "rejected"),
    "cut.pdf": (b"%PDF-1.7\n1 0 obj\n<</Type /Catalog", "rejected"),
    "huge.txt": (b"dividend record date March 31, 2026 " * 3_000_000, "rejected"),
    "deep.html": (b"<div>" * 200_000 + b"hello" + b"</div>" * 200_000, "rejected"),
    "encoding.txt": (b"Dividende \xff\xfe\x80\x81 Stichtag", None),
    "poem.txt": (b"Two roads diverged in a yellow wood, and sorry I could not travel both.\n", "no_action"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bad")
    for name, (content, _) in BAD.items():
        (made / name).write_bytes(content)
    (made / "zz-good.txt").write_text(GOOD, encoding="utf-8")
    return made


@pytest.mark.slow
def test_each_is_kept_with_a_reason_and_the_service_goes_on(folder: Path, tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "CALENDAR_SERVICE_DATA": str(tmp_path / "data")}
    with Service(load_settings(None, environment)) as service:
        service.prepare()
        outcomes = {path.name: service.ingest_file(path, f"cli:{path}") for path in sorted(folder.iterdir())}
        with service.store.read() as unit:
            kept = {document.name: document for document in unit.documents.list(limit=100)}
    for name, (_, expected) in BAD.items():
        assert outcomes[name].outcome == (expected or outcomes[name].outcome), name
        assert outcomes[name].outcome in {"rejected", "no_action"}, name
        assert len(outcomes[name].reason) > 10, name
        assert str(kept[name].reason) == outcomes[name].reason
    assert "is empty" in outcomes["empty.txt"].reason
    assert "at most" in outcomes["huge.txt"].reason
    assert outcomes["zz-good.txt"].outcome == "read"
    assert len(outcomes["zz-good.txt"].actions) == 1
