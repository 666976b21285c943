"""Frame: a form that asks who approves a payment and when its meeting is held, whatever the answer is.

    승인기관 | 이사회
    주주총회 예정일자 | -

A label whose cell holds a dash says nothing; and where it is the board that approves, no meeting has to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from calendar_service.extract.statements import Statement, Tools

_PROPOSAL = "proposal"
_EMPTY = re.compile(r"\w{0,2}[\s:|]{1,4}-(?:\s|\Z)")  # the end of a label, and a dash behind it
_BORDER = re.compile(r"[\s:|]{1,4}")


def drop_answered(statements: Iterable[Statement], shadow: str, tools: Mapping[str, Tools]) -> None:
    """Takes words for a proposal from forms that say that there is none."""
    asked = [said for said in statements if said.has(_PROPOSAL)]
    by_board = any(_is_of_board(said, shadow, tools[said.language]) for said in asked)
    for said in asked:
        said.marks = [
            mark
            for mark in said.marks
            if mark.phrase.value != _PROPOSAL or not (by_board or _EMPTY.match(shadow, mark.end, said.end))
        ]


def _is_of_board(said: Statement, shadow: str, tools: Tools) -> bool:
    """Whether the board stands as the value of a label that asks for whom it is to approve."""
    ends = (mark.end for mark in said.marks if mark.phrase.value == _PROPOSAL)
    borders = (_BORDER.match(shadow, end, said.end) for end in ends)
    return any(tools.board.match(shadow, border.end(), said.end) for border in borders if border)
