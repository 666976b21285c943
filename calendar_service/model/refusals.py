"""What a mail server's refusal for good says about the address it was for.

A refusal says that the address is gone, that its mailbox does not take mail just now (full, too small), or
that the server turns away the sender, the message or its own system's fault upon it. Each kind is borne on
so many days before nothing is sent any more: a missed reminder costs a reader more than a refused mail costs us.
"""

from __future__ import annotations

AT_ONCE = 1
MAILBOX_DAYS = 3
SENDER_DAYS = 10

# RFC 3463, 3.2 and 3.3, and RFC 7505: no such mailbox or system, a name that is none, ambiguous, moved, no mail
# taken at all; a mailbox that is disabled. Not here: a mailbox that is full (2.2: its owner may be back tomorrow)
# and all that is the fault of the system (3), the way there (4), the protocol (5), the content (6) or the policy (7).
_GONE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.0", "2.1"})
_ABOUT_SENDER = frozenset({"1.7", "1.8"})  # the sender's address


def days_borne(status: str) -> int:
    """On how many days a refusal with an enhanced status code ("5.1.1", RFC 3463) ends mails to its address.

    0 for codes that are not for good.
    """
    severity, _, detail = status.partition(".")
    if severity != "5":
        return 0
    if detail in _GONE:
        return AT_ONCE
    is_mailbox = detail.startswith(("1.", "2.")) and detail not in _ABOUT_SENDER
    return MAILBOX_DAYS if is_mailbox else SENDER_DAYS


def days_borne_of_reply(code: int, *, after_data: bool) -> int:
    """The same for a reply that says no more than its code (RFC 5321, 4.2.3).

    550, 551 and 553 to RCPT are said of the mailbox; said of the message, they are a matter of policy. 552: full.
    """
    if code < 500:
        return 0
    if code in {550, 551, 553} and not after_data:
        return AT_ONCE
    return MAILBOX_DAYS if code == 552 else SENDER_DAYS
