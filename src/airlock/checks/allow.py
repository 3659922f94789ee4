"""Comments that allow what a rule finds, each with its reason.

`-- airlock: allow AL104 because …` stands before a statement, inside it or at the end of its last
line. `-- airlock: allow-file AL104 because …` is for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from airlock.checks.act import File

_MARK = re.compile(r"(?:--+|/\*+)\s*airlock\s*:\s*(?P<rest>.*?)\s*(?:\*/)?\s*", re.I | re.DOTALL)
_ALLOW = re.compile(
    r"(?P<what>allow(?:-file)?)\s+(?P<codes>[a-z]+[0-9]+(?:\s*,\s*[a-z]+[0-9]+)*)"
    r"\s+because\s+(?P<reason>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_RENAMED = re.compile(r"renamed\s+from\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """A comment at `at`; it covers the file's characters from `start` up to `end`."""

    at: int
    text: str
    codes: tuple[str, ...]
    reason: str
    start: int
    end: int

    def covers(self, code: str, place: int) -> bool:
        """Whether it is about that rule, there."""
        return code in self.codes and self.start <= place < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A comment for Airlock that it cannot read."""

    at: int
    text: str


def allows(file: File) -> Iterator[Allow | Malformed]:
    """Yield the comments of a file that speak to Airlock, but for hints about renames."""
    if "airlock" not in file.text.lower():
        return
    for at, text in file.comments:
        if (mark := _MARK.fullmatch(text)) is None or _RENAMED.match(mark["rest"]):
            continue
        found = _ALLOW.fullmatch(mark["rest"])
        if found is None:
            yield Malformed(at=at, text=text)
            continue
        codes = tuple(code.strip().upper() for code in found["codes"].split(","))
        whole = found["what"].lower() == "allow-file"
        start, end = (0, len(file.text) + 1) if whole else _reach(file, at, at + len(text))
        yield Allow(at=at, text=text, codes=codes, reason=found["reason"], start=start, end=end)


def _reach(file: File, start: int, end: int) -> tuple[int, int]:
    """Return the run that a comment covers: its statement, with the rows that follow it."""
    line_start = file.text.rfind("\n", 0, start) + 1
    for number, statement in enumerate(file.script.statements):
        span = statement.span
        if span.char_start <= start < span.char_end:
            return span.char_start, _until(file, number)
        on_its_last_line = line_start < span.char_end <= start
        if on_its_last_line and not _is_next_on_line(file, number, start):
            return span.char_start, _until(file, number)
        if span.char_start >= end:
            return start, _until(file, number)
    return start, len(file.text) + 1


def _is_next_on_line(file: File, number: int, start: int) -> bool:
    """Whether another statement ends nearer to the comment."""
    following = file.script.statements[number + 1 : number + 2]
    return bool(following) and following[0].span.char_end <= start


def _until(file: File, number: int) -> int:
    following = file.script.statements[number + 1 : number + 2]
    own = file.script.statements[number]
    if own.copy_data is not None and following:
        return following[0].span.char_start
    return own.span.char_end if following else len(file.text) + 1
