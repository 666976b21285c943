"""DKIM signatures (RFC 6376) over finished mails; needs the extra `dkim`."""

from __future__ import annotations

from dataclasses import dataclass, field

from calendar_service.errors import SettingsError

# Everything that a receiver acts on; RFC 8058 wants both List-Unsubscribe headers among them.
# Those that a mail lacks are left out by the library.
_HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
    "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
)  # fmt: skip


@dataclass(frozen=True)
class DkimSigner:
    """Signs for `domain` with the key published under `selector`. `key` is a PEM private key (RSA)."""

    domain: str
    selector: str
    key: str = field(repr=False)

    def check(self) -> None:
        """Signs a probe. Raises SettingsError where the library is missing or the key is of no use."""
        try:
            self.sign(b"From: probe@example.org\r\n\r\n\r\n")
        except ImportError as error:
            raise SettingsError(
                ["mail.dkim_key is set: install calendar-service[dkim] to sign mails."]
            ) from error
        except Exception as error:
            raise SettingsError(
                [f"mail.dkim_key cannot sign: {error}. It must be an RSA key in PEM."]
            ) from error

    def sign(self, message: bytes) -> bytes:
        """The message with its DKIM-Signature ahead of all other headers."""
        import dkim

        head = message.partition(b"\r\n\r\n")[0].lower()
        present = [name.encode() for name in _HEADERS if b"\n" + name.lower().encode() + b":" in b"\n" + head]
        signature: bytes = dkim.sign(
            message,
            self.selector.encode(),
            self.domain.encode(),
            self.key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=present,
        )
        return signature + message
