"""Phone numbers, written the international way or the North American one.

Numbers that no network gives out pass: those set aside for films and books, and those that count up
or repeat one digit.
"""

from __future__ import annotations

import re

from airlock.checks.exposure.found import Kind, Span
from airlock.checks.exposure.numbers import digits_of

_INTERNATIONAL = re.compile(r"\+(?:\d[ .-]?|\(\d+\)[ .-]?){6,14}\d")
_NORTH_AMERICAN = re.compile(r"(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}")
_LEAST, _MOST = 8, 15
_NONE_HAS = re.compile(
    r"(?:1?[2-9]\d{2})?555\d{4}"  # North America: the exchange of the films
    r"|(?:44)?0?(?:1632960|7700900|2079460|1134960|1144960|1154960|1164960|1174960|1184960"
    r"|1214960|1314960|1414960|1514960|1614960|1914980|2890180|2920180|8081570|9098790"
    r"|3069990)\d{3}"  # Ofcom, numbers for drama use
    r"|(?:61)?0?(?:491570\d{3}|[2378](?:5550|7010)\d{4}|1800160401)"  # ACMA
    r"|(?:33)?0?(?:19900|26191|35301|46571|53649|63998)\d{4}"  # ARCEP
    r"|(?:49)?0?(?:3023125|6990009|4066969|2214710|8999998|1713920|176040690)\d{2,4}"  # BNetzA
)
_PLAIN = re.compile(r"(\d)\1{5}|0?123456|234567|345678")
_HEARD = re.compile(
    r"phone|mobile|\bcell|msisdn|whats_?app|contact_?(?:no|num)|\btel(?:_|\b)|\bfax", re.I
)


def phone(start: int, run: str) -> Span | None:
    """Return the phone number that a run of digits is by the way it is written."""
    written = _INTERNATIONAL.fullmatch(run) or _NORTH_AMERICAN.fullmatch(run)
    return _span(start, run) if written else None


def phone_in(column: str, start: int, run: str) -> Span | None:
    """Return the phone number that a value is because its column is one for them."""
    return _span(start, run) if is_for_phones(column) else None


def is_for_phones(column: str) -> bool:
    """Whether a column's name says so."""
    return _HEARD.search(column) is not None


def _span(start: int, run: str) -> Span | None:
    digits = digits_of(run)
    if not _LEAST <= len(digits) <= _MOST:
        return None
    if _NONE_HAS.fullmatch(digits) or _PLAIN.search(digits):
        return None
    return Span(Kind.PHONE, start, start + len(run), "a phone number")
