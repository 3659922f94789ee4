"""Internet addresses of machines; those that no machine on the internet has pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from airlock.checks.exposure.found import Kind, Span

_FOUR = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_SIX = re.compile(r"(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,6}(?![\w:])")
_MIDDLE = re.compile(r":[0-9A-Fa-f]{1,4}:")
_HEX_BEFORE = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{1,4}\Z")
_EVERYBODYS = frozenset(
    {"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "208.67.222.222", "208.67.220.220"}
)
"""Public resolvers."""
_VERSION = re.compile(r"(?:\bv|version|release)\W{0,3}\Z", re.IGNORECASE)
_SMALL = 32
"""Parts of a version are below it, those of an address seldom are, all four."""


def address(text: str, start: int, run: str) -> Span | None:
    """Return the address that a run of digits and dots is."""
    if not _FOUR.fullmatch(run) or _VERSION.search(text, max(0, start - 12), start):
        return None
    if all(int(part) < _SMALL for part in run.split(".")):
        return None
    return _span(start, run)


def find(text: str) -> Iterator[Span]:
    """Find addresses of version 6."""
    end = 0
    for middle in _MIDDLE.finditer(text):
        first = _HEX_BEFORE.search(text, max(end, middle.start() - 5), middle.start())
        six = _SIX.match(text, first.start()) if first else None
        if six and (found := _span(six.start(), six[0])):
            end = six.end()
            yield found


def _span(start: int, run: str) -> Span | None:
    try:
        parsed = ip_address(run)
    except ValueError:
        return None
    if not _is_public(parsed) or run in _EVERYBODYS:
        return None
    return Span(Kind.ADDRESS, start, start + len(run), "a machine's public address")


def _is_public(parsed: IPv4Address | IPv6Address) -> bool:
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved
