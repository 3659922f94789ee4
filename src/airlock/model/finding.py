"""The one shape in which Airlock reports what it found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from airlock.errors import Location


class Level(IntEnum):
    """How much a finding matters; only errors make a command exit with 1."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found, where, why it matters, and what to do.

    `key` names the finding across runs: code, file and subject, never a line number.
    `source` is the file's text around `where` for a code frame, empty where there is none.
    """

    code: str
    level: Level
    message: str
    key: str
    where: Location | None = None
    source: str = ""
    length: int = 1
    """Characters that the caret underlines."""
    why: str | None = None
    fix: str | None = None
