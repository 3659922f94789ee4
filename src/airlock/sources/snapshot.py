"""A catalog as a JSON file that can be kept, and that a version control shows well.

One object stands on one line, by kind and address; what says nothing (None, False, empty) is left
out. An object's line:

    {"name": ["public", "users", "email"], "parent": ["table", "public", "users"], "type": "text"}

An object depends on its parent, on what it `needs`, and on what stands under `on` and
`goes_with`. The latter take it along when they are dropped; so does what stands under `part_of`,
on which it does not depend. An address inside a line starts with its kind. `fields` lists what the
version that wrote the file knew of each kind: what is left out says nothing only if it was known.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from dataclasses import fields as dataclass_fields
from functools import cache
from itertools import groupby
from types import NoneType
from typing import Any, get_args, get_origin

from airlock.errors import Location, ProjectError
from airlock.kinds import registry
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.fingerprint import FORMULA, fingerprint
from airlock.model.node import Id, Node
from airlock.model.shape import NO_BLANK, is_optional, shape

FORMAT = 1
"""Number of the format; it rises when a file of the new one means something else in the old."""

_TITLE = "airlock schema snapshot"
_EDGES = ("on", "goes_with", "part_of")
_RESERVED = frozenset({"name", *_EDGES})
_encode = json.JSONEncoder(ensure_ascii=False).encode


class BadSnapshot(ProjectError):
    """The file is no snapshot that this version can read."""

    code = "snapshot"
    hint = "Write it anew: airlock snapshot SOURCE -o FILE"

    def __init__(
        self, shown: str, what: str, *, hint: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(
            f"{shown} {what}", hint=hint, where=Location(path=shown, line=line) if line else None
        )


def write(catalog: Catalog) -> str:
    """Return a catalog as the text of a snapshot."""
    body = "".join(_body(catalog))
    head = {
        "what": _TITLE,
        "format": FORMAT,
        "fingerprint": fingerprint(catalog),
        "checksum": _checksum(body),
    }
    lines = "".join(f" {_encode(key)}: {_encode(value)},\n" for key, value in head.items())
    return f"{{\n{lines}{body}}}\n"


def read(text: str, *, shown: str) -> Catalog:
    """Return the catalog of a snapshot; `shown` is the file's name for people.

    Raises:
        BadSnapshot: it is no snapshot, is cut off, was edited, or a newer version wrote it.
    """
    tree = _tree(text, shown)
    try:
        catalog = _catalog(tree, shown)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadSnapshot(shown, "was edited: what stands in it is no schema") from None
    edited = tree.get("checksum") != _checksum("".join(_body(catalog)))
    number, _, _ = str(tree.get("fingerprint")).partition(":")
    if number == str(FORMULA):
        edited = edited or tree["fingerprint"] != fingerprint(catalog)
    if edited:
        raise BadSnapshot(
            shown,
            "was edited or merged since it was written: its checksum and fingerprint do not fit",
        )
    return catalog


# Writing ---------------------------------------------------------------------------------------


def _body(catalog: Catalog) -> Iterator[str]:
    """Yield the part of the text that the checksum covers."""
    yield f' "major": {catalog.major},\n'
    yield f' "role": {_encode(catalog.role)},\n'
    yield from _list(' "unmodelled": ', map(_encode, catalog.unmodelled), " ")
    kinds = {
        kind: list(nodes)
        for kind, nodes in groupby(sorted(catalog, key=lambda node: node.id), _kind)
    }
    yield ',\n "fields": {'
    separator = "\n"
    for kind, nodes in kinds.items():
        names = [field.name for field in shape(type(nodes[0]))]
        yield f"{separator}  {_encode(kind)}: {_encode(sorted(names))}"
        separator = ",\n"
    yield '\n },\n "objects": {'
    separator = "\n"
    for kind, nodes in kinds.items():
        yield separator
        yield from _list(f"  {_encode(kind)}: ", (_line(catalog, node) for node in nodes), "  ")
        separator = ",\n"
    yield "\n }\n"


def _list(head: str, items: Iterator[str], indent: str) -> Iterator[str]:
    """Yield a JSON array, one item a line."""
    yield f"{head}["
    separator, end = f"\n{indent} ", ""
    for item in items:
        yield separator + item
        separator, end = f",\n{indent} ", f"\n{indent}"
    yield f"{end}]"


def _kind(node: Node) -> str:
    return node.id.kind


def _line(catalog: Catalog, node: Node) -> str:
    found: dict[str, object] = {"name": node.id.path}
    for field in shape(type(node)):
        value = getattr(node, field.name)
        if value != field.blank:
            found[field.name] = _plain(value)
    needs, autos = catalog.needs(node.id), catalog.autos.get(node.id, frozenset())
    lists = (needs - autos - {*node.needs, node.parent}, needs & autos, autos - needs)
    for name, listed in zip(_EDGES, lists, strict=True):
        if listed:
            found[name] = [_address(id) for id in sorted(listed)]
    return _encode(found)


def _plain(value: object) -> object:
    """Return a value in JSON's own types."""
    match value:
        case Id():
            return _address(value)
        case tuple():
            return [_plain(each) for each in value]
    return value


def _address(id: Id) -> list[str]:
    return [id.kind, *id.path]


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


# Reading ---------------------------------------------------------------------------------------


def _tree(text: str, shown: str) -> dict[str, Any]:
    """Return what the file holds, known to be a snapshot of this format."""
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        fault = error
    except RecursionError:
        raise BadSnapshot(shown, "is no snapshot of a schema") from None
    else:
        if not isinstance(tree, dict) or tree.get("what") != _TITLE:
            raise BadSnapshot(shown, "is no snapshot of a schema")
        number = tree.get("format")
        if not isinstance(number, int) or number > FORMAT:
            raise _newer(shown, f"it has format {number}, and this one reads {FORMAT}")
        return tree
    if _TITLE not in text[:200]:
        raise BadSnapshot(shown, "is no snapshot of a schema")
    if "<<<<<<<" in text and ">>>>>>>" in text:
        raise BadSnapshot(shown, "holds the marks of a merge conflict", line=fault.lineno)
    what = "is cut off" if not text.rstrip().endswith("}") else "was edited: it is no JSON any more"
    raise BadSnapshot(shown, f"{what} (line {fault.lineno})", line=fault.lineno)


def _newer(shown: str, why: str) -> BadSnapshot:
    return BadSnapshot(
        shown,
        f"was written by a newer version of Airlock: {why}",
        hint="Update Airlock: pip install --upgrade pgairlock",
    )


def _catalog(tree: Mapping[str, Any], shown: str) -> Catalog:
    known = registry()
    nodes: list[Node] = []
    edges: dict[Id, frozenset[Id]] = {}
    autos: dict[Id, frozenset[Id]] = {}
    for kind, lines in tree["objects"].items():
        if kind not in known:
            raise _newer(shown, f'it holds objects of the kind "{kind}"')
        written = frozenset(_texts(tree["fields"][kind]))
        load = _loader(known[kind].node, kind, written, shown)
        for line in lines:
            if line.keys() - written - _RESERVED:
                raise ValueError
            id = Id(kind, _texts(line["name"]))
            nodes.append(load(id, line))
            on, goes_with, part_of = (frozenset(map(_id, line.get(each, ()))) for each in _EDGES)
            if on or goes_with:
                edges[id] = on | goes_with
            if goes_with or part_of:
                autos[id] = goes_with | part_of
    return catalog_of(
        nodes,
        edges=edges,
        autos=autos,
        major=_whole_number(tree["major"]),
        role=_text(tree["role"]),
        unmodelled=_texts(tree["unmodelled"]),
    )


Decoder = Callable[[Any], Any]


def _loader(
    node: type[Node], kind: str, written: frozenset[str], shown: str
) -> Callable[[Id, Mapping[str, Any]], Node]:
    """Return what makes a node of an address and a line; `written` are the fields of then."""
    fields = shape(node)
    if unknown := written - {field.name for field in fields}:
        raise _newer(shown, f"it knows of a {kind} what this one does not: {min(unknown)}")
    optional = {each.name for each in dataclass_fields(node) if each.default is not MISSING}
    for field in fields:
        if field.name not in written and field.name not in optional:
            lacks = f"it lacks a {kind}'s {field.name}"
            raise BadSnapshot(shown, f"was written by an older version of Airlock: {lacks}")
    decoders = [
        (field.name, field.blank, _decoder(field.hint)) for field in fields if field.name in written
    ]

    def load(id: Id, line: Mapping[str, Any]) -> Node:
        values: dict[str, Any] = {}
        for name, blank, decode in decoders:
            if name in line:
                values[name] = decode(line[name])
            elif blank is NO_BLANK:
                raise KeyError(name)
            else:
                values[name] = blank
        return node(id=id, **values)

    return load


@cache
def _decoder(hint: Any) -> Decoder:
    """Return what turns JSON into a value of a type; it raises where that cannot be done."""
    if hint in _DECODERS:
        return _DECODERS[hint]
    if is_optional(hint):
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return _optional(_decoder(inner))
    if get_origin(hint) is tuple:
        arguments = get_args(hint)
        if Ellipsis in arguments:
            return _many(_decoder(arguments[0]))
        return _fixed(tuple(map(_decoder, arguments)))
    raise AssertionError(f"{hint} has no form in a snapshot")


def _optional(decode: Decoder) -> Decoder:
    return lambda value: None if value is None else decode(value)


def _many(decode: Decoder) -> Decoder:
    return lambda value: tuple(decode(each) for each in _array(value))


def _fixed(decoders: tuple[Decoder, ...]) -> Decoder:
    return lambda value: tuple(
        decode(each) for decode, each in zip(decoders, _array(value), strict=True)
    )


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, _array(value)))


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole_number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _id(value: Any) -> Id:
    kind, *path = _texts(value)
    return Id(kind, tuple(path))


_DECODERS: Mapping[Any, Decoder] = {
    str: _text,
    bool: _flag,
    int: _whole_number,
    Id: _id,
}
