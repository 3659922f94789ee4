"""Signs, colours and widths: how text is set for a terminal, a pipe or a plain encoding."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """One character in front of a line; it says the same as the colour."""

    OK = "✓"
    FAIL = "✗"
    WARN = "!"
    NOTE = "·"
    ADD = "+"
    CHANGE = "~"
    REMOVE = "-"
    UNKNOWN = "?"


class Tone(StrEnum):
    """A colour by its meaning; the value is the terminal's code (ECMA-48, SGR)."""

    GOOD = "32"
    BAD = "1;31"
    WARNING = "33"
    NOTE = "36"
    FAINT = "2"
    STRONG = "1"


SIGN_TONES = {
    Sign.OK: Tone.GOOD,
    Sign.FAIL: Tone.BAD,
    Sign.WARN: Tone.WARNING,
    Sign.NOTE: Tone.FAINT,
    Sign.ADD: Tone.GOOD,
    Sign.CHANGE: Tone.WARNING,
    Sign.REMOVE: Tone.BAD,
    Sign.UNKNOWN: Tone.WARNING,
}

ASCII = str.maketrans({"✓": "v", "✗": "x", "·": "-", "…": "~", "→": ">", "–": "-"})
"""Stand-ins, one character each so that columns stay straight, for encodings without the signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the reader looks at a report. `width` counts columns; `verbose` leaves nothing out.

    `told` means that no file that ran needs naming: progress lines have done it, or the reader
    wants the result alone.
    """

    colour: bool = False
    width: int = 100
    verbose: bool = False
    told: bool = False

    def paint(self, text: str, tone: Tone) -> str:
        """Colour a text, where colours are seen."""
        return f"\x1b[{tone}m{text}\x1b[0m" if self.colour and text else text

    def sign(self, sign: Sign) -> str:
        """Return a sign in its colour."""
        return self.paint(sign, SIGN_TONES[sign])


def columns(text: str) -> int:
    """Return how many columns a terminal gives to a text without tabs."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Me", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def pad(text: str, width: int) -> str:
    """Fill a text with blanks to a width in columns."""
    return text + " " * max(0, width - columns(text))


def clip(text: str, width: int) -> str:
    """Cut a text to a width in columns, with an ellipsis where something is gone."""
    if columns(text) <= width:
        return text
    kept, used = [], 1
    for character in text:
        used += _columns(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept) + "…"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 migration`, `2 migrations`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


_SAID_IN_MS = 0.0995
_SAID_IN_SECONDS = 59.95


def duration(seconds: float) -> str:
    """Return a time as people say it: `12 ms`, `0.8 s`, `2 min 5 s`."""
    if seconds < _SAID_IN_MS:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _SAID_IN_SECONDS:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def size(number: int) -> str:
    """Return a number of bytes as people say it: `640 kB`, `12 MB`, `1.2 GB`."""
    amount = float(number)
    for unit in ("B", "kB", "MB"):
        if amount < 999.5:  # noqa: PLR2004 - what would be shown as 1000
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
