"""Whether what is proposed has been approved: by the words of a meeting's decision, or by the answers of a form.

Frame: a form that asks who approves a payment and when its meeting is held, whatever the answer is.

    승인기관 | 이사회
    주주총회 예정일자 | -

A label whose cell holds a dash says nothing; and where it is the board that approves, no meeting has to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from calendar_service.extract.assemble.drafts import Draft
from calendar_service.extract.lexicon.actions import HANDED_OUT, MEETINGS, family
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import Statement, Tools
from calendar_service.model.codes import Decision, NoticeFunction

APPROVED, DECIDES = DECIDING = ("approved", "decides")  # marks of words that decide
_PROPOSAL = "proposal"
_STOP = re.compile(r"[,;:]\s|[。、，]")
_WITHIN = 200
_FOLLOWED = 64  # so far behind the words of a decision may stand that it had been proposed
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


def decision_in(said: Statement, wanted: str, shadow: str, *, reports: bool) -> Hit | None:
    """The words by which a meeting approved an action of this family; None where the sentence does not say so.

    `reports`: the document tells what a meeting has decided. A sentence about what is still to be approved, or
    about leave given to the board, says nothing.
    """
    if said.from_table or not said.has(*DECIDING) or said.has("conditional"):
        return None
    events = [hit for hit in said.events if family(hit.phrase.value) == wanted]
    if not events:
        return None
    meetings = [hit for hit in said.events if hit.phrase.value in MEETINGS]
    waits = [mark for mark in said.marks if mark.phrase.value == "proposal"]
    for mark in said.marks:
        near = any(max(mark.start - hit.end, hit.start - mark.end) <= _WITHIN for hit in events)
        if not near or any(wait.start <= mark.start < wait.end for wait in waits):
            continue
        if mark.phrase.value == APPROVED and (reports or meetings):
            return mark
        ends = [hit.end for hit in meetings if 0 <= mark.start - hit.end <= _WITHIN]
        led = bool(ends) and not _STOP.search(shadow, ends[-1], mark.start)
        if mark.phrase.value == DECIDES and led and all(_is_followed(mark, wait, events) for wait in waits):
            return mark
    return None


def _is_followed(mark: Hit, wait: Hit, events: Iterable[Hit]) -> bool:
    """Whether a proposal is what is decided on ("approved the proposed dividend", "resolved, as the board proposed, to pay"):
    it is named right behind the decision, and nothing before it.
    """
    between = any(mark.end <= hit.start and hit.end <= wait.start for hit in events)
    return 0 <= wait.start - mark.end <= _FOLLOWED and not between


def approval_of(
    draft: Draft, deciding: Iterable[Statement], shadow: str, *, reports: bool, only: bool
) -> Hit | None:
    """The words by which a meeting approved the draft: in its own sentences, or beside them.

    `deciding` are the document's sentences about this family that have words for a decision. A sentence beside them has to name the same amount; where the draft is the `only` one of its family, it may
    name none.
    """
    wanted = family(draft.type)
    if draft.type not in HANDED_OUT:
        return None  # leave for a split is often given long before the split is decided
    own = {one.index for one in draft.statements}
    for said in (*draft.statements, *deciding):
        if said.index not in own:
            amounts = {fact.span.amount for fact in said.amounts}
            if not (draft.value in amounts or (only and not amounts and not said.dates)):
                continue
        if found := decision_in(said, wanted, shadow, reports=reports):
            return found
    return None


def decision_of(function: NoticeFunction, outcome: str) -> Decision | None:
    """What a result says of the proposal; None for everything else."""
    if function is not NoticeFunction.RESULT:
        return None
    return Decision.REFUSED if outcome == "refused" else Decision.APPROVED
