"""Checking airlock.toml against the table of keys."""

from __future__ import annotations

import re
from collections.abc import Mapping

from airlock.config.document import Document
from airlock.config.keys import HOLDERS, KEYS, Key, Kind, Plain, pattern
from airlock.config.values import suggestion
from airlock.errors import ConfigError

BY_PATH = {key.path: key for key in KEYS}

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_RESERVED = frozenset({"migrations", "empty"})
"""Words that mean something else where an environment can stand."""
_ELSEWHERE = {
    "env": re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    "service": re.compile(r"[\w.-]+"),
    "keyring": re.compile(r"[\w.@/-]+"),
}
"""Where a URL can stand, and what the name of it there looks like."""


def leaves(document: Document | None) -> dict[str, Plain | dict[str, str]]:
    """Return the leaves of airlock.toml by dotted path, each checked against the table."""
    if document is None:
        return {}
    found: dict[str, Plain | dict[str, str]] = {}

    def walk(tree: Mapping[str, object], prefix: str) -> None:
        for name, value in tree.items():
            path = f"{prefix}{name}"
            if prefix == "environments.":
                _check_name(document, path, name)
            if key := BY_PATH.get(pattern(path)):
                if key.names and name not in key.names:
                    listed = f"Known here: {', '.join(key.names)}."
                    near = suggestion(name, list(key.names)) or listed
                    raise document.fault(path, f"unknown key {path!r}", near)
                found[path] = _value(document, path, value, key)
            elif pattern(path) not in HOLDERS:
                raise _unknown(document, path, prefix)
            elif isinstance(value, dict):
                walk(value, path + ".")
            else:
                raise document.fault(
                    path, f"{path} is a table, not a value", f"Write it as [{path}]."
                )

    walk(document.tree, "")
    return found


def _check_name(document: Document, path: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise document.fault(
            path,
            f"{name!r} cannot name an environment",
            "A name starts with a lower-case letter and holds at most 31 of a-z, 0-9, _ and -.",
        )
    if name in _RESERVED:
        raise document.fault(
            path, f"{name!r} cannot name an environment: the word has a meaning of its own"
        )


def _unknown(document: Document, path: str, prefix: str) -> ConfigError:
    """Return the error for a key that is not in the table, with the nearest one or all of them."""
    holder = pattern(prefix.rstrip("."))
    depth = len(holder.split(".")) if holder else 0
    known = sorted(
        {
            part
            for each in KEYS
            if len(parts := each.path.split(".")) > depth
            and parts[:depth] == (holder.split(".") if holder else [])
            and (part := parts[depth]) != "*"
        }
    )
    name = path[len(prefix) :]
    hint = suggestion(name, known) or _elsewhere(name) or f"Known here: {', '.join(known)}."
    return document.fault(path, f"unknown key {path!r}", hint)


def _elsewhere(name: str) -> str | None:
    """Return where a key belongs that stands in the wrong table."""
    for key in KEYS:
        head, _, last = key.path.rpartition(".")
        if last == name:
            return f"{name} belongs under [{head.replace('*', 'NAME')}]."
    return None


def _value(document: Document, path: str, value: object, key: Key) -> Plain | dict[str, str]:
    if key.kind is Kind.CONNECTION:
        return _reference(document, path, value)
    plain = plain_value(document, path, value, key.kind)
    if key.choices and plain not in key.choices:
        listed = " or ".join(f'"{choice}"' for choice in key.choices)
        near = suggestion(str(plain), list(key.choices))
        raise document.fault(path, f"{path} is {listed}", near)
    if isinstance(plain, int) and not (key.least or plain) <= plain <= (key.most or plain):
        raise document.fault(path, f"{path} is {plain}, not from {key.least} to {key.most}")
    return plain


def _reference(document: Document, path: str, value: object) -> str | dict[str, str]:
    """Check a connection: a string, or a table that says where it stands. Nothing is quoted."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((where, name),) = value.items()
        form = _ELSEWHERE.get(where)
        if form and isinstance(name, str) and form.fullmatch(name):
            return {where: name}
    raise document.fault(
        path,
        f"{path} is not {Kind.CONNECTION}",
        f'Write {path.rpartition(".")[2]} = {{ env = "STAGING_DATABASE_URL" }} '
        "and set that variable to the URL.",
    )


def plain_value(document: Document, path: str, value: object, kind: Kind) -> Plain:
    """Return a value that is no connection, if it is of its kind."""
    match kind:
        case Kind.TEXT if isinstance(value, str):
            return value
        case Kind.FORM if isinstance(value, str):
            return _form(document, path, value)
        case Kind.FLAG if isinstance(value, bool):
            return value
        case Kind.NUMBER if isinstance(value, int) and not isinstance(value, bool):
            return value
        case Kind.TEXTS if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
    told = f"{path} is {_NAMES.get(type(value), 'something else')}, not {kind}"
    raise document.fault(path, told, _unquoted(path, value, kind))


def _form(document: Document, path: str, value: str) -> str:
    """Return a regular expression that can be used."""
    try:
        re.compile(value)
    except re.error as error:
        problem = str(error)
    else:
        return value
    raise document.fault(
        path,
        f"{path} is no regular expression: {problem}",
        "It is held against the whole name, in Python's syntax: '.+_idx'.",
    )


def _unquoted(path: str, value: object, kind: Kind) -> str | None:
    """Return the edit where a number or a flag stands in quotes."""
    if not isinstance(value, str):
        return None
    fits = value.isdecimal() if kind is Kind.NUMBER else value in {"true", "false"}
    if kind not in {Kind.NUMBER, Kind.FLAG} or not fits:
        return None
    return f"Write it without quotes: {path.rpartition('.')[2]} = {value}"


_NAMES = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a fraction",
    list: "a list",
    dict: "a table",
}
