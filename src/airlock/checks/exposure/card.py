"""Payment cards, by the ranges of the networks and Luhn's digit; their test numbers pass."""

from __future__ import annotations

import re

from airlock.checks.exposure.checksums import luhn
from airlock.checks.exposure.found import Kind, Span
from airlock.checks.exposure.numbers import digits_of

_WRITTEN = re.compile(r"\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}")
_NETWORK = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners Club
    r"|(?:6011|65\d{2}|64[4-9]\d)\d{12}"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|(?:60|6521|6522|81|82)\d{12,14}"  # RuPay
    r"|62\d{14,17}"  # UnionPay
)
_FOR_TESTS_TEXT = """
    4242424242424242 4000056655665556 5555555555554444 2223003122003222 5200828282828210
    5105105105105100 378282246310005 371449635398431 6011111111111117 6011000990139424
    6011981111111113 3056930009020004 36227206271667 6555900000604105 3566002020360505
    6200000000000005 6200000000000047 6205500000000000004 4111111111111111 4012888888881881
    4222222222222 5431111111111111 5454545454545454 4000000000000002 4000000000009995
    4000000000000077 4000000000003220 4000002500003155 4000002760003184 4000000000000341
    4000000000009987 4000000000009979 4000000000000069 4000000000000127 4000000000000119
    378734493671000 30569309025904 38520000023237 3530111333300000 4917610000000000
    4462030000000000 4539578763621486 4485275742308327 4716108999716531 2720992720992729
    6073849700004947 5104060000000008 4012001037141112 4012001037167778
"""
_FOR_TESTS = frozenset(_FOR_TESTS_TEXT.split())


def card(start: int, run: str) -> Span | None:
    """Return the card's number that a run of digits is."""
    if not _WRITTEN.fullmatch(run):
        return None
    digits = digits_of(run)
    if digits in _FOR_TESTS or len(set(digits)) < 4:  # noqa: PLR2004 - nobody's number
        return None
    if not _NETWORK.fullmatch(digits) or not luhn(digits):
        return None
    return Span(Kind.CARD, start, start + len(run), "a payment card's number")
