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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, dataclass, field
from dataclasses import fields as dataclass_fields
from functools import cache
from itertools import compress
from json.encoder import encode_basestring
from operator import attrgetter, ne
from types import NoneType
from typing import Any, get_args, get_origin

from airlock.errors import Location, ProjectError
from airlock.kinds import registry
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.fingerprint import FORMULA, fingerprint
from airlock.model.node import Id, Node, Values, reader
from airlock.model.shape import NO_BLANK, FieldShape, is_optional, shape

FORMAT = 1
"""Number of the format; it rises when a file of the new one means something else in the old."""

_TITLE = "airlock schema snapshot"
_NOTHING: frozenset[Id] = frozenset()
_EDGES = ("on", "goes_with", "part_of")
_RESERVED = frozenset({"name", *_EDGES})
_PATH = attrgetter("id.path")
_MOST_KNOWN = 4096
"""Texts of one kind that are kept to be used again."""
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


def write(catalog: Catalog, known: str | None = None) -> str:
    """Return a catalog as the text of a snapshot; `known` is its fingerprint, if it was taken."""
    body = "".join(_body(catalog))
    head = {
        "what": _TITLE,
        "format": FORMAT,
        "fingerprint": known or fingerprint(catalog),
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
    kinds = _by_kind(catalog)
    yield ',\n "fields": {'
    separator = "\n"
    for kind, nodes in kinds.items():
        names = [each.name for each in shape(type(nodes[0]))]
        yield f"{separator}  {_encode(kind)}: {_encode(sorted(names))}"
        separator = ",\n"
    yield '\n },\n "objects": {'
    separator = "\n"
    writer = _Writer(catalog=catalog)
    for kind, nodes in kinds.items():
        yield separator
        yield from _list(f"  {_encode(kind)}: ", writer.lines(nodes), "  ")
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


def _by_kind(catalog: Catalog) -> dict[str, list[Node]]:
    """Return the nodes in the order of their addresses, by kind."""
    found: dict[str, list[Node]] = {}
    for id, node in catalog.nodes.items():
        found.setdefault(id[0], []).append(node)
    return {kind: sorted(found[kind], key=_PATH) for kind in sorted(found)}


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Writes the objects of one catalog, a line each.

    A line is put together from its values, not encoded as a whole: most of an object's fields say
    nothing, most addresses come again and again, and most columns are like many others.
    """

    catalog: Catalog
    addresses: dict[Id, str] = field(default_factory=dict)

    def lines(self, nodes: Sequence[Node]) -> Iterator[str]:
        """Yield the lines of objects of one kind."""
        form = _Form.of(type(nodes[0]), self._address)
        edges, autos = self.catalog.edges, self.catalog.autos
        around_of, values_of, known = form.around.values, form.own.values, form.known
        for node in nodes:
            said = f'{{"name": {_strings(node.id.path)}{form.around.said(around_of(node))}'
            values = values_of(node)
            own = known.get(values)
            if own is None:
                own = form.own.said(values)
                if len(known) < _MOST_KNOWN:
                    known[values] = own
            more, with_it = edges.get(node.id, _NOTHING), autos.get(node.id, _NOTHING)
            if more or with_it:
                own += self._edges(node, more, with_it)
            yield f"{said}{own}}}"

    def _edges(self, node: Node, more: AbstractSet[Id], autos: AbstractSet[Id]) -> str:
        """Return what an object depends on, beside what its own fields say."""
        needs = autos
        if not (autos <= more or autos == {node.parent}):
            needs = {id for id in autos if id in more or id == node.parent or id in node.needs}
        lists = (more - autos, needs, autos - needs)
        return "".join(
            [
                f', "{name}": [{", ".join(map(self._address, sorted(listed)))}]'
                for name, listed in zip(_EDGES, lists, strict=True)
                if listed
            ]
        )

    def _address(self, id: Id) -> str:
        found = self.addresses.get(id)
        if found is None:
            found = self.addresses[id] = _strings((id.kind, *id.path))
        return found


Encoder = Callable[[Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """How some fields of one kind of node are written."""

    fields: tuple[tuple[str, Encoder], ...]
    """What stands before each value, and what writes it."""
    blanks: tuple[object, ...]
    values: Values

    @classmethod
    def of(cls, fields: Sequence[FieldShape], address: Encoder) -> _Part:
        """Look at fields."""
        return cls(
            fields=tuple(
                (f", {_encode(each.name)}: ", _encoder(each.hint, address)) for each in fields
            ),
            blanks=tuple(each.blank for each in fields),
            values=reader(tuple(each.name for each in fields)),
        )

    def said(self, values: tuple[Any, ...]) -> str:
        """Return the text of those values that say something."""
        said = compress(zip(self.fields, values, strict=True), map(ne, values, self.blanks))
        return "".join([name + encode(value) for (name, encode), value in said])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How one kind of node is written: the fields of every node, and the kind's own."""

    around: _Part
    own: _Part
    known: dict[tuple[Any, ...], str] = field(default_factory=dict)
    """Texts of own values that were written already."""

    @classmethod
    def of(cls, node: type[Node], address: Encoder) -> _Form:
        """Look at a kind of node."""
        found, common = shape(node), len(shape(Node))
        return cls(around=_Part.of(found[:common], address), own=_Part.of(found[common:], address))


def _encoder(hint: Any, address: Encoder) -> Encoder:
    """Return what writes a value of a type that is not blank."""
    if is_optional(hint):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if hint in _ENCODERS:
        return _ENCODERS[hint]
    if hint is Id:
        return address
    if hint == tuple[Id, ...]:
        return lambda ids: f"[{', '.join(map(address, ids))}]"
    return lambda value: _encode(_plain(value))


def _strings(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(encode_basestring, texts))}]"


_ENCODERS: Mapping[Any, Encoder] = {
    str: encode_basestring,
    bool: lambda value: "true" if value else "false",
    int: str,
    tuple[str, ...]: _strings,
}


def _plain(value: object) -> object:
    """Return a value in JSON's own types."""
    match value:
        case Id():
            return [value.kind, *value.path]
        case tuple():
            return [_plain(each) for each in value]
    return value


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
    if unknown := written - {each.name for each in fields}:
        raise _newer(shown, f"it knows of a {kind} what this one does not: {min(unknown)}")
    optional = {each.name for each in dataclass_fields(node) if each.default is not MISSING}
    for each in fields:
        if each.name not in written and each.name not in optional:
            lacks = f"it lacks a {kind}'s {each.name}"
            raise BadSnapshot(shown, f"was written by an older version of Airlock: {lacks}")
    decoders = [
        (each.name, each.blank, _decoder(each.hint)) for each in fields if each.name in written
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
