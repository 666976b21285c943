"""Messages by chat and phone through Apprise, which knows some hundred services; needs the extra `channels`."""

from __future__ import annotations

from typing import Any

from calendar_service.errors import DeliveryError

# Schemes that act on this machine or reach into its network by a URL that the subscriber writes.
_REFUSED = ("file", "syslog", "dbus", "gnome", "macosx", "windows", "cmd", "exec")


class AppriseCourier:
    """Hands a title line and the text below it to the service that an Apprise URL names."""

    def send(self, target: str, message_id: str, content: bytes, *, return_path: str = "") -> None:  # noqa: ARG002 - the port's shape
        """Send one message. Raises DeliveryError; final where Apprise does not know the URL."""
        title, _, text = content.decode("utf-8", "replace").partition("\n")
        notifier = open_target(target)
        if not notifier.notify(title=title, body=text, body_format="text"):
            raise DeliveryError("The service did not take the message.", permanent=False)

    def close(self) -> None:
        """Nothing is open between messages."""


def open_target(target: str) -> Any:
    """What Apprise makes of a URL. Raises DeliveryError where it is not installed or does not know the URL."""
    try:
        import apprise
    except ImportError as error:
        raise DeliveryError(
            "Install calendar-service[channels] to send by Apprise.", permanent=False, unreachable=True
        ) from error
    scheme = target.partition(":")[0].lower()
    notifier = apprise.Apprise()
    if scheme in _REFUSED or not notifier.add(target):
        raise DeliveryError(f"Apprise cannot send by a URL with {scheme}://.", permanent=True)
    return notifier
