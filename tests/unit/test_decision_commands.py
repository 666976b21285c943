"""`held` and `actions`: what a person decides on the command line, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from calendar_service.cli import main

DIVIDEND = (
    "February 10, 2026 -- {name} Inc. ({ticker}) declared a dividend of $0.25 per share, payable {payment}, 2026 to "
    "shareholders of record on March 16, 2026."
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    return tmp_path / "data"


def call(data: Path, *words: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["--data", str(data), *words])
    assert result.exit_code == status, result.output
    return result.output


def ingest(data: Path, name: str, ticker: str, payment: str) -> str:
    """The id of the one action of this announcement."""
    path = data.parent / f"{name}.txt"
    path.write_text(DIVIDEND.format(name=name, ticker=ticker, payment=payment))
    return call(data, "ingest", str(path)).split("/actions/")[1].split()[0]


def test_a_correction_that_is_no_date_is_refused_and_not_remembered(data: Path) -> None:
    action = ingest(data, "Kestrel", "NYSE: KSTR", "March 30")
    out = call(data, "held", "correct", action, "dates.payment", "2026-13-40", status=2)
    assert "Write the date as YYYY-MM-DD, not '2026-13-40'." in out
    assert "2. " not in call(data, "actions", "show", action)


def test_a_correction_says_what_still_waits_and_shows_its_reason(data: Path) -> None:
    action = ingest(data, "Kestrel", "NYSE: KSTR", "March 9")
    out = call(
        data, "held", "correct", action, "dates.payment", "2026-03-30", "--by", "Ines", "--why", "Phone."
    )
    assert out.startswith(f"Changed: http://127.0.0.1:8000/actions/{action}\n    still held: ")
    assert out.endswith(f"`calendar-service held release {action}` publishes it.\n")
    lines = call(data, "actions", "show", action).splitlines()
    revision = next(line for line in lines if line.startswith("2. "))
    assert ", by person:Ines: Phone. (" in revision
    assert "     dates.payment: 2026-03-09 -> 2026-03-30" in lines


def test_the_history_names_the_documents(data: Path) -> None:
    action = ingest(data, "Kestrel", "NYSE: KSTR", "March 30")
    lines = call(data, "actions", "show", action).splitlines()
    assert next(line for line in lines if line.startswith("1. ")).endswith(" UTC, by Kestrel.txt")
    assert '     dates.payment: - -> 2026-03-30  "payable March 30, 2026"' in lines
    identifier, name = lines[lines.index("Announcements:") + 1].split()
    assert (name, identifier.endswith(".0")) == ("Kestrel.txt", True)
    assert call(data, "actions", "split", identifier) == "Remembered; nothing changed by it.\n"


def test_actions_of_two_issuers_are_not_merged(data: Path) -> None:
    one = ingest(data, "Kestrel", "NYSE: KSTR", "March 30")
    other = ingest(data, "Osprey", "NYSE: OSPR", "March 30")
    for wrong in (other, "nothing"):
        out = call(data, "actions", "merge", one, wrong, status=1)
        assert f"{wrong} is no action of the same issuer" in out


def test_an_empty_calendar_says_where_it_looked(data: Path) -> None:
    assert call(data, "actions").startswith(f"There are no actions in {data} yet;")


def test_issuers_are_merged_and_parted_again(data: Path) -> None:
    first = ingest(data, "Kestrel", "NYSE: KSTR", "March 30")
    second = ingest(data, "Osprey", "NYSE: OSPR", "March 30")
    ids = [line.split()[0] for line in call(data, "issuers").splitlines()]
    kestrel, osprey = ids
    assert [name.partition("-")[0] for name in ids] == ["kestrel", "osprey"]
    out = call(data, "issuers", "merge", kestrel, osprey, "--by", "Ines", "--why", "Renamed.")
    assert out == f"Changed: http://127.0.0.1:8000/actions/{first}\n"
    assert call(data, "issuers").splitlines() == [f"{kestrel}  Kestrel Inc. (XNYS:KSTR, XNYS:OSPR)"]
    assert len(call(data, "actions").splitlines()) == 1
    shown = call(data, "issuers", "show", osprey)
    assert f"Stands for {osprey}  Osprey Inc.: Ines on " in shown
    assert f"UTC, Ines: {osprey} merged into {kestrel}: Renamed." in shown
    out = call(data, "issuers", "split", osprey, "--by", "Jo", "--why", "Two companies.")
    assert {line.rpartition("/")[2] for line in out.splitlines()} == {first, second}
    lines = call(data, "actions").splitlines()
    assert {(line.split()[0], line.split()[1]) for line in lines} == {(first, "Kestrel"), (second, "Osprey")}
    assert "misreading" not in call(data, "actions", "show", second)
    assert f"UTC, Jo: {osprey} parted from {kestrel}: Two companies." in call(
        data, "issuers", "show", kestrel
    )
    assert "stands for itself" in call(data, "issuers", "split", osprey, status=1)


def test_what_is_split_and_merged_shows_who_did_it_and_why(data: Path) -> None:
    action = ingest(data, "Kestrel", "NYSE: KSTR", "March 30")
    path = data.parent / "again.txt"
    path.write_text(DIVIDEND.format(name="Kestrel", ticker="NYSE: KSTR", payment="March 30") + " Thank you.")
    call(data, "ingest", str(path))
    told = call(data, "actions", "show", action).splitlines()[-1].split()[0]
    out = call(data, "actions", "split", told, "--by", "Ines", "--why", "Class B.")
    other = out.splitlines()[-1].rpartition("/")[2]
    assert other != action
    assert ", by person:Ines: Class B." in call(data, "actions", "show", action)
    call(data, "actions", "merge", action, other, "--by", "Jo", "--why", "One after all.")
    assert ", by person:Jo: One after all." in call(data, "actions", "show", action)
    assert len(call(data, "actions").splitlines()) == 1
