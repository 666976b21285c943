"""A delivery status notification (RFC 3464) as mail servers send it."""

from __future__ import annotations


def make_bounce(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    header: str = "To",
    kind: str = "delivery-status",
) -> bytes:
    return f"""From: MAILER-DAEMON@mx.example\r
{header}: <{to}>\r
Subject: Undelivered Mail Returned to Sender\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type={kind}; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
Sorry.\r
--b\r
Content-Type: message/{kind}\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; holder@example.org\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; 550 5.1.1 no such\r
 user\r
\r
--b--\r
""".encode()
