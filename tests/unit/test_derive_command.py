"""`derive --csv`: tables that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from calendar_service.cli import main


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"mic;record\nXTKS;2018-03-31\n", "has no column mic and no column record"),
        (b"market,day\nXTKS,2018-03-31\n", "has no column record"),
        (b"", "has no column mic"),
        (b"mic,record,name\nXTKS,2018-03-31,\xe9\xff\n", "is no text in UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    result = CliRunner().invoke(main, ["derive", "--csv", str(tmp_path / "table.csv")])
    assert (result.exit_code, message in result.output) == (2, True)


def test_a_table_is_printed_with_what_is_derived(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("Market(MIC), Record_Date \nXTKS,2018-03-31\n,2018-03-31\n")
    result = CliRunner().invoke(main, ["derive", "--csv", str(tmp_path / "table.csv")])
    assert result.output.splitlines()[1:] == [
        "XTKS,2018-03-31,2018-03-28,2018-03-27,japan-t3,",
        ",2018-03-31,,,,the row names no market (column mic)",
    ]
