"""The one shape in which Airlock reports what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

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

    def as_json(self) -> dict[str, Any]:
        """Return the fields but for the file's text, in JSON's types; `from_json` reads them."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        del found["source"]
        place = [self.where.path, self.where.line, self.where.column] if self.where else None
        return found | {"level": self.level.value, "where": place}

    @classmethod
    def from_json(cls, found: Mapping[str, Any], texts: Mapping[str, bytes | str]) -> Self:
        """Read what `as_json` wrote; `texts` are the project's files by path.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        where, source = None, ""
        if place := found["where"]:
            where = Location(path=place[0], line=place[1], column=place[2])
            text = texts.get(where.path, "")
            source = text.decode() if isinstance(text, bytes) else text
        level = Level(found["level"])
        return cls(**{**found, "level": level, "where": where, "source": source})
