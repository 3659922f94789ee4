"""What a kind of node is made of: its fields, their types, and the value that says nothing."""

from __future__ import annotations

import types
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from airlock.model.node import Id, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field of a kind of node."""

    name: str
    type: Any
    """As `typing.get_type_hints` gives it."""
    blank: object
    """The value that need not be written: None, an empty text or tuple, False; see `blank`."""


NO_BLANK = object()
"""Stands where every value has to be written."""


@cache
def shape(node: type[Node]) -> tuple[FieldShape, ...]:
    """Return the fields of a kind of node, in their order; `id` is not among them."""
    hints = get_type_hints(node)
    return tuple(
        FieldShape(name=field.name, type=hints[field.name], blank=blank(hints[field.name]))
        for field in fields(node)
        if field.name != "id"
    )


def blank(type: Any) -> object:  # noqa: A002 - it is one
    """Return the value of a type that says nothing.

    A field that is added to a kind later, and blank in an older snapshot, changes neither the
    snapshot nor the fingerprint.
    """
    if is_optional(type):
        return None
    if type is bool:
        return False
    if type is str:
        return ""
    if get_origin(type) is tuple and Ellipsis in get_args(type):
        return ()
    return NO_BLANK


def is_optional(type: Any) -> bool:  # noqa: A002
    """Whether None is one of the values."""
    return get_origin(type) in {Union, types.UnionType} and types.NoneType in get_args(type)


def is_named(type: Any) -> bool:  # noqa: A002
    """Whether it is a named tuple, such as an address."""
    return isinstance(type, builtin_type) and issubclass(type, tuple) and hasattr(type, "_fields")


builtin_type = __builtins__["type"] if isinstance(__builtins__, dict) else __builtins__.type
_ = Id
