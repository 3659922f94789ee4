"""Access privileges as values: read from `aclitem`, compared, and led from one state to another.

An owner stands as the empty name, as grantee and as grantor, so that a change of the owner is no
change of privileges (PostgreSQL manual, 5.8).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from airlock.model.names import literal, quote
from airlock.model.node import Id

Entry = tuple[str, str, str, str]
"""Grantee, privilege, grantor, and `grantable` or nothing; `public` is everybody."""
Entries = tuple[Entry, ...]

OWNER = ""
PUBLIC = "public"
_GRANTABLE = "grantable"
_MAINTAIN_SINCE = 17

_LETTERS = {
    "r": "select",
    "a": "insert",
    "w": "update",
    "d": "delete",
    "D": "truncate",
    "x": "references",
    "t": "trigger",
    "m": "maintain",
    "X": "execute",
    "U": "usage",
    "C": "create",
}
_PRIVILEGES = {
    "tables": (
        "select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"
    ),
    "columns": ("select", "insert", "update", "references"),
    "sequences": ("usage", "select", "update"),
    "routines": ("execute",),
    "schemas": ("usage", "create"),
    "types": ("usage",),
    "languages": ("usage",),
    "foreign data wrappers": ("usage",),
    "servers": ("usage",),
    "large objects": ("select", "update"),
}  # fmt: skip
"""What can be granted, by the plural of the sort of object, in the manual's order."""
_OPEN = frozenset({"routines", "types", "languages"})
"""What everybody may use until that is revoked."""
_ITEM = re.compile(r'(?:"((?:[^"]|"")*)"|([^="]*))=([a-zA-Z*]*)/(?:"((?:[^"]|"")*)"|(.*))')
_LETTER = re.compile(r"([a-zA-Z])(\*?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Privileges that one GRANT or REVOKE is about."""

    grants: bool
    option: bool
    """GRANT with the grant option, or REVOKE of the option alone."""
    privileges: tuple[str, ...]
    grantees: tuple[str, ...]
    grantor: str


@cache
def privileges(objects: str, major: int) -> tuple[str, ...]:
    """Return what can be granted on a sort of object."""
    late = "maintain" if major < _MAINTAIN_SINCE else None
    return tuple(each for each in _PRIVILEGES[objects] if each != late)


@cache
def default_entries(objects: str, major: int) -> Entries:
    """Return what Postgres means by no entry at all, as `acldefault` does."""
    if objects == "columns":
        return ()
    own = [(OWNER, each, OWNER, "") for each in privileges(objects, major)]
    everybody = [(PUBLIC, each, OWNER, "") for each in privileges(objects, major)]
    return tuple(sorted((*own, *everybody) if objects in _OPEN else own))


@lru_cache(maxsize=4096)
def entries(items: tuple[str, ...], owner: str) -> Entries:
    """Read texts of `aclitem`, such as `anon=r*w/postgres`, of an object that `owner` owns."""
    found: list[Entry] = []
    for item in items:
        match = _ITEM.fullmatch(item)
        assert match is not None, item
        quoted, plain, letters, quoted_grantor, plain_grantor = match.groups()
        grantee = plain if quoted is None else quoted.replace('""', '"')
        grantor = plain_grantor if quoted_grantor is None else quoted_grantor.replace('""', '"')
        who = PUBLIC if not grantee else OWNER if grantee == owner else grantee
        by = OWNER if grantor == owner else grantor
        for letter, star in _LETTER.findall(letters):
            if letter in _LETTERS:
                found.append((who, _LETTERS[letter], by, _GRANTABLE if star else ""))
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def merged(*lists: Entries) -> Entries:
    """Return what all lists give together."""
    found: dict[tuple[str, str, str], str] = {}
    for who, privilege, by, option in (entry for each in lists for entry in each):
        found[who, privilege, by] = found.get((who, privilege, by)) or option
    return tuple(sorted((*key, option) for key, option in found.items()))


@lru_cache(maxsize=4096)
def handed_over(found: Entries, owner: str) -> Entries:
    """Return what entries become when `owner` takes the object over, as `aclnewowner` does."""
    return merged(
        tuple(
            (OWNER if who == owner else who, privilege, OWNER if by == owner else by, option)
            for who, privilege, by, option in found
        )
    )


@lru_cache(maxsize=4096)
def roles(found: Entries) -> tuple[Id, ...]:
    """Return the addresses of roles that entries name."""
    names = {name for who, _, by, _ in found for name in (who, by)} - {OWNER, PUBLIC}
    return tuple(Id("role", (name,)) for name in sorted(names))


@lru_cache(maxsize=4096)
def levelled(found: Entries, objects: str, low: int, major: int) -> Entries:
    """Return entries as a server of `major` has them, told only what one of `low` knows.

    There, who has everything is given ALL, and so what is new as well.
    """
    if objects != "tables" or low >= _MAINTAIN_SINCE:
        return found
    known = tuple(entry for entry in found if entry[1] != "maintain")
    if major < _MAINTAIN_SINCE:
        return known
    held: dict[tuple[str, str, str], int] = Counter((who, by, o) for who, _, by, o in known)
    full = len(privileges(objects, low))
    more = ((who, "maintain", by, o) for (who, by, o), number in held.items() if number == full)
    return tuple(sorted((*known, *more)))


def changes(before: Entries, after: Entries, objects: str, major: int) -> Iterator[Change]:
    """Yield what leads from one state to another, revocations first."""
    known = privileges(objects, major)
    old, new = _by_key(before, known), _by_key(after, known)
    lost = [key for key in old if key not in new]
    weaker = [key for key in old if key in new and old[key] and not new[key]]
    gained = [key for key in new if key not in old and not new[key]]
    stronger = [key for key in new if new[key] and not old.get(key)]
    # A grant option can be taken away only after what was granted by it, and given before.
    depths = _depths(old)
    for depth in sorted({depths[key[2]] for key in (*lost, *weaker)}, reverse=True):
        for option, keys in ((False, lost), (True, weaker)):
            at = [key for key in keys if depths[key[2]] == depth]
            yield from _grouped(at, known, grants=False, option=option)
    depths = _depths(new)
    for depth in sorted({depths[key[2]] for key in (*gained, *stronger)}):
        for option, keys in ((False, gained), (True, stronger)):
            at = [key for key in keys if depths[key[2]] == depth]
            yield from _grouped(at, known, grants=True, option=option)


def spelled(change: Change, what: str, on: str, owner: str) -> str:
    """Return a statement; what another than the owner grants has to be granted by that role."""
    option = ""
    if change.option:
        option = "grant option for " if not change.grants else " with grant option"
    who = ", ".join(each if each == PUBLIC else quote(each or owner) for each in change.grantees)
    if change.grants:
        sql = f"grant {what} on {on} to {who}{option}"
    else:
        sql = f"revoke {option}{what} on {on} from {who}"
    return sql if change.grantor == OWNER else acting_as(change.grantor, sql)


def acting_as(role: str, sql: str) -> str:
    """Return a block that runs a statement as another role, and is itself again afterwards."""
    return block(
        "declare\n"
        "  before text := current_setting('role');\n"
        "begin\n"
        f"  set local role {quote(role)};\n"
        f"  {sql};\n"
        "  perform set_config('role', before, true);\n"
        "end"
    )


def block(body: str) -> str:
    """Return a DO block."""
    return f"do {literal(body).strip()}" if "$$" in body else f"do $$\n{body}\n$$"


def _by_key(found: Entries, known: Iterable[str]) -> dict[tuple[str, str, str], str]:
    return {(who, what, by): option for who, what, by, option in found if what in known}


def _depths(found: Mapping[tuple[str, str, str], str]) -> dict[str, int]:
    """Return how many grants by others stand between each grantor and the owner."""
    depths = {OWNER: 0}
    for _ in range(len(found)):
        reached = {
            who: depths[by] + 1
            for (who, _, by), option in found.items()
            if option and by in depths and who not in depths
        }
        if not reached:
            break
        depths |= reached
    return {by: 1 for _, _, by in found} | depths


def _grouped(
    keys: Iterable[tuple[str, str, str]], known: tuple[str, ...], *, grants: bool, option: bool
) -> Iterator[Change]:
    """Yield one change for all grantees of a grantor that are granted the same."""
    privileges: dict[tuple[str, str], list[str]] = {}
    for who, privilege, by in sorted(keys):
        privileges.setdefault((by, who), []).append(privilege)
    grantees: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (by, who), found in privileges.items():
        grantees.setdefault((by, tuple(sorted(found, key=known.index))), []).append(who)
    for (by, same), names in grantees.items():
        yield Change(
            grants=grants, option=option, privileges=same, grantees=tuple(names), grantor=by
        )
