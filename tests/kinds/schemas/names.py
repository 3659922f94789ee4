"""Names that people give, and names that break what is not careful."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from random import Random

PLAIN = (
    "account", "invoice", "line_item", "status", "amount", "customer", "event", "region", "price",
    "created", "parcel", "label", "journal", "rating", "shift", "vessel", "route", "depot",
)  # fmt: skip
AWKWARD = (
    "Order Details", "select", 'the "best"', "it's", "🎉 party", "UPPER", "x  y", "table", "user",
    "x; drop table users; --", "$1", "ünïcode", "tab\there", "back\\slash", "two\nlines", "%s %%",
    "{braces}", " around ", "1st", "/* no */", "$$", "a.b",
    "日本語のテーブル名前が長すぎる問題です",
    "this_name_is_as_long_as_one_can_be_in_postgres_63_bytes_and_nomore",
)  # fmt: skip
_MOST_BYTES = 63
_AWKWARD_SHARE = 0.25


def fresh(random: Random, taken: AbstractSet[str]) -> str:
    """Return a name that nothing has."""
    pool = AWKWARD if random.random() < _AWKWARD_SHARE else PLAIN
    name = cut(random.choice(pool))
    for number in range(2, 1000):
        if name not in taken:
            return name
        name = cut(random.choice(pool), f" {number}" if pool is AWKWARD else f"_{number}")
    raise AssertionError("no name is left")


def cut(name: str, end: str = "") -> str:
    """Return a name with an end, of as many bytes as Postgres keeps."""
    room = _MOST_BYTES - len(end.encode())
    return name.encode()[:room].decode(errors="ignore") + end
