"""What goes out by channels that are no mail: signed JSON for programs, plain words for chats and phones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from calendar_service.model.subscription import Delivery, Subscription
from calendar_service.publish.skeleton import Skeleton


class Ways(Protocol):
    """The links by which a reader changes or ends a subscription."""

    @property
    def manage(self) -> str:
        """Change it."""

    @property
    def unsubscribe(self) -> str:
        """End it."""


def write_content(
    skeleton: Skeleton,
    data: Mapping[str, Any],
    delivery: Delivery,
    subscription: Subscription,
    links: Ways,
    *,
    late: bool,
) -> bytes:
    """The message for the subscription's channel, UTF-8: JSON for a webhook, else a title line and the text below it."""
    text = skeleton.read_out(manage=links.manage, unsubscribe=links.unsubscribe, late=late)
    if subscription.channel != "webhook":
        return f"{skeleton.title}\n{text}".encode()
    message = {
        "id": delivery.message_id.strip("<>"),
        "kind": delivery.kind.value,
        "subscription": subscription.id,
        "late": late,
        "title": skeleton.title,
        "text": text,
        "manage": links.manage,
        "unsubscribe": links.unsubscribe,
        **data,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
