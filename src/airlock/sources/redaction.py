"""The catalog of a protected environment, without the values that stand in its schema.

A default, a check, a policy, a body, a comment, a label of an enum or the bound of a partition
can hold what belongs into rows: a customer's name, a token. So a constant leaves a protected
environment only where it is known already, since it stands in the project's own migrations. Every
other one becomes `⟨redacted:text:…⟩` with digits of a keyed hash: equal values stay equal, and a
changed one is seen to have changed. Names are the schema, and stay.

What is hidden is decided by what a field says of itself (`Holds`); a field that says nothing is
hidden as a whole.
"""

from __future__ import annotations

import hmac
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from airlock.model.catalog import Catalog
from airlock.model.names import spell
from airlock.model.node import Holds, Id, Node, texts
from airlock.model.script import PieceKind
from airlock.sources.lexing import Token, cuts, tokens

MARKER = re.compile(r"⟨redacted:(?:body|comment|number|text):[0-9a-f]{12}⟩")
"""What stands in the place of a value."""
_DIGITS = 12
_LONGEST_NUMBER = 5
"""Digits of a number that is no secret by itself."""
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_MEASURE = re.compile(r"-?\d{1,5}(?:\.\d{1,3})?\s?(?:us|ms|s|min|h|d|B|kB|MB|GB|TB|%)")
"""Times and sizes as settings have them."""
_LIMITS = frozenset(
    {"32767", "32768", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808"}
)
"""Of Postgres's whole numbers: a sequence has them by itself."""
_HARMLESS = frozenset(
    {"", '""', "{}", "[]", "t", "f", "true", "false", "on", "off", "null", "standard public schema"}
    | {"$user", "public", "pg_catalog", "pg_temp", "information_schema"}
    | {"local", "cascaded", "auto", "default", "any", "none", "remote_apply", "remote_write"}
)
"""Values that stand for themselves alone, and what Postgres's own templates hold."""
_TO_LOOK_AT = re.compile(r"['$]|--|/\*|\d[\d_.]{5}")
_CONSTANTS = frozenset({Token.STRING, Token.ESCAPED, Token.DOLLAR, Token.OPEN, Token.NUMBER})
_READABLE = frozenset({"sql", "plpgsql"})
"""Languages whose bodies follow SQL's lexical rules."""
_ROUTINE = re.compile(r"\s*create\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)
_NAME_CAST = re.compile(
    r"::\s*(?:pg_catalog\.)?reg(?:class|collation|config|dictionary|namespace|oper|operator|proc"
    r"|procedure|role|type)\b"
)
_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<short>[0-9A-Fa-f]{4})"
    r"|U(?P<long>[0-9A-Fa-f]{8})|(?P<plain>[\s\S]))"
)
_PLAIN_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

Seen = Callable[[str, str], str | None]
"""Is shown a value and its sort, and returns what is to stand in its place; None leaves it."""


@dataclass(slots=True, kw_only=True)
class Vocabulary:
    """What is known beside the protected environment, and so no secret of it."""

    constants: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    """Words without quotes, in small letters; they are known as the value of an option alone."""
    markers: set[str] = field(default_factory=set)
    """What stands for hidden values in that with which a catalog is compared: those stay hidden."""

    def learn_sql(self, text: str) -> None:
        """Learn the constants of a file of SQL, those inside of bodies too; rows are none."""
        for kind, start, end in cuts(text):
            if kind is PieceKind.STATEMENT:
                self._learn(text[start:end])

    def _learn(self, text: str) -> None:
        for kind, start, end in tokens(text):
            part = text[start:end]
            if kind is Token.WORD:
                self.words.add(part.lower())
            elif kind is Token.COMMENT:
                self.constants.add(_comment(part))
            elif kind in _CONSTANTS:
                content = _content(kind, part)
                self.constants.add(content)
                if content != part:
                    # A body may stand in quotes of any sort.
                    self._learn(content)

    def learn_catalog(self, catalog: Catalog) -> None:
        """Learn the constants of a catalog that is no secret, as Postgres prints them."""

        def learn(value: str, sort: str) -> None:
            del sort
            self.constants.add(value)

        for node in catalog:
            for holds, value in _held(node):
                for text in _flat(value):
                    self.markers.update(MARKER.findall(text))
                _each(value, partial(_walk, holds=holds, see=learn))


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A catalog as it may be seen."""

    catalog: Catalog
    hidden: tuple[Id, ...]
    """The objects of which something is hidden."""


def redact(catalog: Catalog, vocabulary: Vocabulary, *, key: bytes) -> Redacted:
    """Return a catalog in which every value is hidden that is not known."""
    veil = _Veil(vocabulary=vocabulary, key=key, names=frozenset(_names(catalog)))
    nodes: dict[Id, Node] = {}
    hidden = []
    for node in catalog:
        seen = veil.node(node)
        nodes[node.id] = seen
        if seen is not node:
            hidden.append(node.id)
    if not hidden:
        return Redacted(catalog=catalog, hidden=())
    return Redacted(
        catalog=replace(catalog, nodes=MappingProxyType(nodes)), hidden=tuple(sorted(hidden))
    )


def marked(catalog: Catalog) -> bool:
    """Whether values of a catalog are hidden, as in a snapshot of a protected environment."""
    return any(
        MARKER.search(text) for node in catalog for _, value in _held(node) for text in _flat(value)
    )


@dataclass(slots=True, kw_only=True)
class _Veil:
    """Hides what is not known."""

    vocabulary: Vocabulary
    key: bytes
    names: frozenset[str]
    known: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def node(self, node: Node) -> Node:
        """Return a node as it may be seen; the very same one where nothing of it is hidden."""
        fields = texts(type(node))
        changed: dict[str, Any] = {}
        for name, holds in fields.items():
            value = getattr(node, name)
            if holds in {Holds.NAMES, Holds.WORDS} or value is None:
                continue
            shown = _each(value, partial(self._text, holds=holds))
            if shown != value:
                changed[name] = shown
        if not changed:
            return node
        # Words of a body of which nothing is hidden are no secret either.
        for name in (each for each, holds in fields.items() if holds is Holds.WORDS):
            changed[name] = _each(getattr(node, name), self._word)
        return replace(node, **changed)

    def _word(self, text: str) -> str:
        return text if text in self.names else ""

    def _text(self, text: str, holds: Holds) -> str:
        if holds is not Holds.OPTIONS:
            return _walk(text, holds, self.see)
        name, mark, value = text.partition("=")
        shown = self.see(value, _sort(value)) if mark else None
        listed = shown not in self.vocabulary.markers and self._is_list_of_names(value)
        return text if shown is None or listed else f"{name}={shown}"

    def _is_list_of_names(self, value: str) -> bool:
        parts = [part.strip().strip('"') for part in value.split(",")]
        return all(
            part in self.names or part == "$user" or part.lower() in self.vocabulary.words
            for part in parts
        )

    def see(self, value: str, sort: str) -> str | None:
        """Return what is to stand in the place of a value, None where it may be seen."""
        found = (value, sort)
        if found not in self.known:
            self.known[found] = self._decided(value, sort)
        return self.known[found]

    def _decided(self, value: str, sort: str) -> str | None:
        if MARKER.fullmatch(value):
            return None
        hidden = self._marker(value, sort)
        if hidden in self.vocabulary.markers:
            return hidden
        if value in self.vocabulary.constants or value in self.names or _is_harmless(value):
            return None
        return hidden

    def _marker(self, value: str, sort: str) -> str:
        data = value.encode("utf-8", "surrogatepass")
        digest = hmac.new(self.key, data, sha256).hexdigest()[:_DIGITS]
        return f"⟨redacted:{sort}:{digest}⟩"


def _is_harmless(value: str) -> bool:
    if value in _HARMLESS or _MEASURE.fullmatch(value):
        return True
    if not _NUMBER.fullmatch(value):
        return False
    digits = value.lstrip("-+")
    return digits in _LIMITS or sum(map(str.isdigit, digits)) <= _LONGEST_NUMBER


def _names(catalog: Catalog) -> Iterator[str]:
    """Yield every name of a catalog, alone and as SQL spells it."""
    related = (id for ids in catalog.edges.values() for id in ids)
    for id in {*catalog.nodes, *related}:
        yield from id.path
        yield spell(*id.path)
        yield spell(*id.path[-1:])
        yield spell(*id.path[:2])


# Walking ----------------------------------------------------------------------------------------


def _held(node: Node) -> Iterator[tuple[Holds, object]]:
    for name, holds in texts(type(node)).items():
        if holds in {Holds.SQL, Holds.VALUE, Holds.OPTIONS}:
            yield holds, getattr(node, name)


def _flat(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Id():
            return
        case tuple():
            for each in value:
                yield from _flat(each)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """Return a value with every text in it changed; addresses are names, and stay."""
    match value:
        case str():
            return change(value)
        case Id():
            return value
        case tuple():
            return tuple(_each(each, change) for each in value)
    return value


def _walk(text: str, holds: Holds, see: Seen) -> str:
    """Show every value of a text, and return the text with what is to stand there."""
    match holds:
        case Holds.VALUE:
            return _or(see(text, _sort(text)), text)
        case Holds.OPTIONS:
            name, mark, value = text.partition("=")
            return f"{name}{mark}{_or(see(value, _sort(value)), value)}" if mark else text
        case Holds.SQL:
            return _walk_sql(text, see) if _TO_LOOK_AT.search(text) else text
    return text


def _or(shown: str | None, text: str) -> str:
    return text if shown is None else shown


def _walk_sql(text: str, see: Seen, *, body: bool = False) -> str:
    """Show the constants of SQL as Postgres prints it; `body` is text that a user has written."""
    routine = not body and _ROUTINE.match(text) is not None
    language, before = "", ""
    parts: list[str] = []
    position = 0
    markers = [found.span() for found in MARKER.finditer(text)]
    for kind, start, end in tokens(text):
        part = text[start:end]
        if kind is Token.NUMBER and any(low < start and end < high for low, high in markers):
            continue
        parts.append(text[position:start])
        position = end
        if kind is Token.COMMENT:
            parts.append(_walked_comment(part, see))
        elif kind not in _CONSTANTS:
            parts.append(part)
            if before == "language":
                language = part.strip('"').lower()
            before = part.lower()
            continue
        elif routine and before == "as" and kind is not Token.NUMBER:
            parts.append(_walked_body(kind, part, language, see))
        elif not body and _NAME_CAST.match(text, end):
            # What Postgres prints there is the name of an object.
            parts.append(part)
        else:
            parts.append(_walked_constant(kind, part, see))
        before = ""
    return "".join([*parts, text[position:]])


def _walked_constant(kind: Token, part: str, see: Seen) -> str:
    content = _content(kind, part)
    shown = see(content, _sort(content))
    if shown is None:
        return part
    return shown if kind is Token.NUMBER else f"'{shown}'"


def _walked_body(kind: Token, part: str, language: str, see: Seen) -> str:
    """Show what stands in a body, or a body as a whole where its language is not SQL's."""
    content = _content(kind, part)
    if kind is Token.DOLLAR and language in _READABLE:
        mark = part[: part.index("$", 1) + 1]
        return f"{mark}{_walk_sql(content, see, body=True)}{mark}"
    shown = see(content, "body")
    return part if shown is None else f"'{shown}'"


def _walked_comment(part: str, see: Seen) -> str:
    shown = see(_comment(part), "comment")
    if shown is None:
        return part
    return f"-- {shown}" if part.startswith("--") else f"/* {shown} */"


def _sort(value: str) -> str:
    return "number" if _NUMBER.fullmatch(value) else "text"


def _comment(part: str) -> str:
    """Return what a comment says."""
    inside = part.removeprefix("--") if part.startswith("--") else part[2:].removesuffix("*/")
    return inside.strip()


def _content(kind: Token, part: str) -> str:
    """Return the value of a constant; of one that nothing closes, all of it."""
    match kind:
        case Token.STRING:
            return part[part.index("'") + 1 : -1].replace("''", "'")
        case Token.ESCAPED:
            return _ESCAPE.sub(_unescaped, part[2:-1].replace("''", "'"))
        case Token.DOLLAR:
            mark = part[: part.index("$", 1) + 1]
            return part[len(mark) : -len(mark)]
    return part


def _unescaped(found: re.Match[str]) -> str:
    if found["octal"]:
        return chr(int(found["octal"], 8) % 256)
    if digits := found["hex"] or found["short"] or found["long"]:
        code = int(digits, 16)
        return chr(code) if code <= sys.maxunicode else found[0]
    return _PLAIN_ESCAPES.get(found["plain"], found["plain"])


def learned(files: Iterable[str]) -> Vocabulary:
    """Return what the files of a project make known."""
    vocabulary = Vocabulary()
    for text in files:
        vocabulary.learn_sql(text)
    return vocabulary
