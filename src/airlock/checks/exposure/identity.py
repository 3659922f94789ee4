"""Numbers that a state gives to a person: Aadhaar and PAN of India, Social Security of the US."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airlock.checks.exposure.checksums import verhoeff
from airlock.checks.exposure.found import Kind, Span
from airlock.checks.exposure.numbers import digits_of

_AADHAAR = re.compile(r"[2-9]\d{3}([ -])\d{4}\1\d{4}")
_AADHAAR_PLAIN = re.compile(r"[2-9]\d{11}")
_PAN = re.compile(r"\b[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]\b")
_END_OF_PAN = re.compile(r"\d\d\d\d[A-Z]")
_LETTERS_OF_PAN = 5
_SOCIAL = re.compile(r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
_ADVERTISED = frozenset({"078-05-1120", "219-09-9999", "123-45-6789", "457-55-5462"})
"""Printed on cards, in leaflets and on walls; void since."""
_ANY_AADHAAR = re.compile(r"aadha?ar|\buid(?:ai)?(?:_?(?:no|num))?\b", re.I)


def identity(start: int, run: str) -> Span | None:
    """Return the number that a run of digits is by the way it is written."""
    if _AADHAAR.fullmatch(run):
        return _aadhaar(start, run)
    if _SOCIAL.fullmatch(run) and run not in _ADVERTISED:
        return Span(Kind.IDENTITY, start, start + len(run), "a Social Security number")
    return None


def identity_in(column: str, start: int, run: str) -> Span | None:
    """Return the number that plain digits are because their column is one for them."""
    if _AADHAAR_PLAIN.fullmatch(run) and _ANY_AADHAAR.search(column):
        return _aadhaar(start, run)
    return None


def _aadhaar(start: int, run: str) -> Span | None:
    digits = digits_of(run)
    if not verhoeff(digits) or len(set(digits)) < 4:  # noqa: PLR2004 - nobody's number
        return None
    return Span(Kind.IDENTITY, start, start + len(run), "an Aadhaar number")


def find(text: str) -> Iterator[Span]:
    """Find tax numbers of India, whose fourth letter says what sort of person has it."""
    for end in _END_OF_PAN.finditer(text):
        start = end.start() - _LETTERS_OF_PAN
        if start >= 0 and (pan := _PAN.match(text, start)):
            yield Span(Kind.IDENTITY, pan.start(), pan.end(), "a PAN")
