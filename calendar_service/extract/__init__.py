"""Reading: the text of one document becomes announcements, by five pure stages (see extractor.py)."""

from __future__ import annotations

from calendar_service.extract.extractor import Extractor, load

__all__ = ["Extractor", "load"]
