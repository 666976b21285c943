"""The one place where concrete things are built from the settings."""

from __future__ import annotations

from calendar_service.bootstrap.machine import SystemClock
from calendar_service.bootstrap.reading import build_market, read_files
from calendar_service.bootstrap.service import Service, find_problems

__all__ = ["Service", "SystemClock", "build_market", "find_problems", "read_files"]
