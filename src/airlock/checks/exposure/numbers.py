"""Runs of digits as people write them, which the detectors of numbers share."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUN = re.compile(r"(?<![\w.+\-/:])[+(]?\d[\d .()-]{5,24}\d(?![\w:]|[-./]\w)")
_NO_DIGIT = re.compile(r"\D")


def runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and the text of each run of seven to 27 digits, blanks and marks."""
    for run in _RUN.finditer(text):
        yield run.start(), run.end(), run[0]


def digits_of(run: str) -> str:
    """Return the digits alone."""
    return _NO_DIGIT.sub("", run)
