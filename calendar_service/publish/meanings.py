"""What bases and states of dates mean to a reader, a sentence or two each; `words` has their names."""

from __future__ import annotations

from calendar_service.model.codes import Basis, Status
from calendar_service.publish.words import mark

BASIS_MEANINGS = {
    Basis.STATED: mark("The announcement says so. The quoted words are shown, and marked in its text."),
    Basis.DERIVED: mark(
        "The market's rules give it, such as the ex-date from the record date. The rule and its source are shown. "
        "A stated date always wins."
    ),
    Basis.FORECAST: mark("The issuer expects it and has not decided."),
}

STATUS_MEANINGS = {
    Status.FORECAST: mark("Expected, not decided. Tentative in calendars."),
    Status.ANNOUNCED: mark("Decided and announced."),
    Status.SUBJECT_TO_APPROVAL: mark(
        "Proposed; a meeting or an authority still has to agree. Tentative in calendars."
    ),
    Status.CONFIRMED: mark("Approved or otherwise settled."),
    Status.SUSPENDED: mark("Halted by the issuer until further notice."),
    Status.COMPLETED: mark("Its last date is past."),
    Status.WITHDRAWN: mark(
        "The issuer took it back. It stays in calendars for a while, marked as cancelled."
    ),
    Status.CANCELLED: mark("The sender took the notice itself back."),
}
