"""Addresses of objects as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from airlock.model.names import spell
from airlock.model.node import Id

SATELLITES = frozenset({"comment", "grant", "owner", "security label"})
"""Kinds whose address holds that of what they are about."""


def shown(id: Id) -> str:
    """Return an address for people: `comment on table public.users` for a satellite's."""
    kind, name = spelled(id)
    return f"{kind} {name}"


def spelled(id: Id) -> tuple[str, str]:
    """Return kind and name for people, `of table public.users` for a satellite's name."""
    if id.kind in SATELLITES:
        kind, *path = id.path
        return id.kind, f"of {kind} {_named(kind, path)}"
    return id.kind, _named(id.kind, id.path)


def _named(kind: str, path: Sequence[str]) -> str:
    """Return a name; what follows a routine's are the types that it takes."""
    if kind == "routine":
        *names, arguments = path
        return f"{spell(*names)}({arguments})"
    return spell(*path)
