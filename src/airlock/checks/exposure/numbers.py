"""Runs of digits as people write them, which the detectors of numbers share."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUN = re.compile(r"\d[\d .()-]{5,24}\d")
_BEFORE = re.compile(r"[\w.\-/:]")
_AFTER = re.compile(r"[\w:]|[-./]\w")
_NO_DIGIT = re.compile(r"\D")


def runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and the text of each run of seven to 26 digits, blanks and marks.

    Runs that are part of a word, of a date or of a longer number are none.
    """
    for run in _RUN.finditer(text):
        start = run.start()
        before = text[start - 1 : start]
        if before in {"+", "("}:
            start -= 1
        elif _BEFORE.match(before):
            continue
        if _AFTER.match(text, run.end()):
            continue
        yield start, run.end(), text[start : run.end()]


def digits_of(run: str) -> str:
    """Return the digits alone."""
    return _NO_DIGIT.sub("", run)
