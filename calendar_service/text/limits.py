"""How much of a document is read at most."""

from __future__ import annotations

from dataclasses import dataclass

from calendar_service.errors import BudgetError
from calendar_service.model.remarks import remark


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document: bytes in, characters out, PDF pages, parts of a mail and their nesting."""

    bytes_in: int = 25_000_000
    characters_out: int = 5_000_000
    pages: int = 500
    parts: int = 50
    nesting: int = 12

    def check_bytes(self, size: int) -> None:
        """Raises BudgetError where a document of `size` bytes is too large."""
        if size > self.bytes_in:
            raise BudgetError(
                remark(
                    "The document has {size} bytes; at most {most} are read. "
                    "Send the announcement itself, without its annexes.",
                    size=size,
                    most=self.bytes_in,
                )
            )

    def check_characters(self, size: int) -> None:
        """Raises BudgetError where a text of `size` characters is too long."""
        if size > self.characters_out:
            raise BudgetError(
                remark(
                    "The document holds more than {most} characters of text. "
                    "Send the announcement itself, without its annexes.",
                    most=self.characters_out,
                )
            )

    def check_pages(self, count: int) -> None:
        """Raises BudgetError where a document of `count` pages is too long."""
        if count > self.pages:
            raise BudgetError(
                remark(
                    "The document has {count} pages; at most {most} are read. "
                    "Send the pages that hold the announcement.",
                    count=count,
                    most=self.pages,
                )
            )


DEFAULT_LIMITS = Limits()
