"""What a kind of node is made of: its fields, their types, and the value that says nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from airlock.model.node import Node

NO_BLANK = object()
"""Stands where every value has to be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field of a kind of node."""

    name: str
    hint: Any
    """Its type, as `typing.get_type_hints` gives it."""
    blank: object
    """The value that need not be written, see `blank`."""


_known: dict[type[Node], tuple[FieldShape, ...]] = {}


def shape(node: type[Node]) -> tuple[FieldShape, ...]:
    """Return the fields of a kind of node, in their order; `id` is not among them."""
    found = _known.get(node)
    if found is None:
        hints = get_type_hints(node)
        found = _known[node] = tuple(
            FieldShape(name=field.name, hint=hints[field.name], blank=blank(hints[field.name]))
            for field in fields(node)
            if field.name != "id"
        )
    return found


def blank(hint: Any) -> object:
    """Return the value of a type that says nothing: None, an empty text or tuple, False.

    A field that a kind gets later, blank in what was written before, leaves snapshots and
    fingerprints as they were.
    """
    if is_optional(hint):
        return None
    if hint is bool:
        return False
    if hint is str:
        return ""
    if get_origin(hint) is tuple and Ellipsis in get_args(hint):
        return ()
    return NO_BLANK


def is_optional(hint: Any) -> bool:
    """Whether None is one of the values."""
    return get_origin(hint) in {Union, UnionType} and NoneType in get_args(hint)
