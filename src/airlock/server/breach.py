"""One thing that a login can do and should not, or should be able to do and cannot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much it matters."""

    GRAVE = "grave"
    DOUBT = "doubt"
    """Everybody reaches it, by the schema's own doing; an error where the project is strict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One thing that a login can do and should not, or the other way, and what mends it."""

    what: str
    fix: str
    weight: Weight = Weight.GRAVE
