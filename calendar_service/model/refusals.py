"""What a mail server's refusal says about the address it was for."""

from __future__ import annotations

# RFC 3463, 3.2 and 3.3, and RFC 7505: no such mailbox or system, a name that is none, ambiguous, moved, no mail
# taken at all; a mailbox that is disabled. Not here: the sender's address (1.7, 1.8), a mailbox that is full
# (2.2: its owner may be back tomorrow), a message that is too long (2.3), and all that is the fault of the system
# (3), the way there (4), the protocol (5), the content (6) or the policy (7).
_GONE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.0", "2.1"})


def tells_gone(status: str) -> bool:
    """Whether an enhanced status code ("5.1.1", RFC 3463) says that the address is gone for good."""
    severity, _, detail = status.partition(".")
    return severity == "5" and detail in _GONE
