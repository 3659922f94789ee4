"""What a detector finds, and how it is told without being shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from math import log2

from airlock.model.finding import Level


class Kind(Enum):
    """What a run of text is; each has a rule of its own."""

    EMAIL = auto()
    PHONE = auto()
    CARD = auto()
    ACCOUNT = auto()
    IDENTITY = auto()
    ADDRESS = auto()
    PERSON = auto()
    TOKEN = auto()
    API_KEY = auto()
    PRIVATE_KEY = auto()
    URL_PASSWORD = auto()
    SECRET = auto()
    ROLE_PASSWORD = auto()
    CONNECTION = auto()
    HEADER = auto()
    VAULT = auto()
    SETTING = auto()
    CONFIGURATION = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of a text, in characters, and what it is: `what` reads `an e-mail address`."""

    kind: Kind
    start: int
    end: int
    what: str
    level: Level | None = None
    """Where it matters more or less than its kind."""


def masked(value: str) -> str:
    """Return what may be told of a value: its first two characters and its length."""
    return f"{value[:2]}… of {len(value)} characters"


def entropy(value: str) -> float:
    """Return the bits that a character of the value carries, by how often each occurs."""
    total = len(value)
    return -sum(n / total * log2(n / total) for n in Counter(value).values()) if total else 0.0
