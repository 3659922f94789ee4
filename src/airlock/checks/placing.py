"""Where in the files a flaw of a schema comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from airlock.checks._rights import given
from airlock.checks.act import Act, once
from airlock.checks.rule import Flaw
from airlock.checks.syntax import Name, commands, made, qualified, relation, renamed, strings
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node

_LONGEST = 63
"""Bytes of a name; Postgres cuts what is longer."""

_SCHEMA = re.compile(r'(?:\w+|"[^"]+")\s*\.\s*\Z')
"""What stands before a name that says its schema."""


class Spot(NamedTuple):
    """A place in a file: the act, where it is in characters, and how many to underline."""

    act: Act
    at: int
    length: int


class Places:
    """The acts of files that run, by what they are about."""

    def __init__(self, acts: Iterable[Act]) -> None:
        running = [act for act in acts if act.runs]
        self._order = {act: number for number, act in enumerate(running)}
        self._about: dict[Name, list[Act]] = {}
        self._others: list[Act] = []
        for act in running:
            for name in about(act):
                self._about.setdefault(name, []).append(act)
            if not about(act):
                self._others.append(act)
        self._blocks = [act for act in running if act.kind in _BLOCKS and act.owner is None]
        self._renames = [names for act in running if (names := renamed(act.kind, act.node))]

    def of(self, flaw: Flaw, kinds: Sequence[str]) -> Spot | None:
        """Return the last place that can have brought a flaw about; None where none is known.

        `kinds` are a rule's `blames`. What says the object's own name counts before what says only
        its columns and the like, and both before a block that puts statements together and the
        statement that makes its table.
        """
        target = self._target(flaw)
        own = [act for name in target.holders for act in self._about.get(name, ())]
        own.sort(key=self._order.__getitem__)
        able = [act for act in own if _can(act, kinds)]
        others = [act for act in self._others if _can(act, kinds)]
        ways: tuple[tuple[Sequence[Act], Callable[[Act], Spot | None]], ...] = (
            (able, target.by_all),
            (able, target.by_name),
            (able, target.by_words),
            (others, target.by_mention),
            (self._blocks, target.in_block),
            (own, target.by_table),
        )
        found = (way(act) for some, way in ways for act in reversed(some))
        return next((spot for spot in found if spot), None)

    def _target(self, flaw: Flaw) -> _Target:
        id = flaw.subject
        path = id.path[:2] if id.kind == "routine" else id.path
        holder = flaw.table or Name(*path[:2] if len(path) > 1 else ("", path[0]))
        names = {holder, Name(holder.schema, path[-1])}
        for old, new in reversed(self._renames):
            if new in names:
                names.add(old)
        return _Target(
            kind=id.kind,
            own=path[-1],
            holder=holder,
            holders=frozenset(names),
            words=flaw.words,
        )


def _can(act: Act, kinds: Sequence[str]) -> bool:
    """Whether an act is of one of the kinds, or an ALTER TABLE that gives such a command."""
    if not kinds or act.kind in kinds:
        return True
    return act.kind == "alter_table_stmt" and any(sort in kinds for sort, _ in commands(act.node))


class _Target(NamedTuple):
    """What is looked for."""

    kind: str
    own: str
    """The last of the object's names."""
    holder: Name
    """Its table, or the object itself."""
    holders: frozenset[Name]
    """That, and the names that it had before."""
    words: tuple[str, ...]
    """What the statement says for sure, such as columns."""

    def by_name(self, act: Act) -> Spot | None:
        """Find an act that says the object's name."""
        return _spot(act, self.own)

    def by_all(self, act: Act) -> Spot | None:
        """Find one that says the words, too."""
        spot = _spot(act, self.own) if self.words else None
        return spot if spot and all(_spot(act, word) for word in self.words) else None

    def by_words(self, act: Act) -> Spot | None:
        """Find an act that names all of its columns."""
        if not self.words or (act.kind == "index_stmt" and act.node.idxname):
            return None  # An index with a name of its own is another one.
        spots = [_spot(act, word) for word in self.words]
        return spots[0] if all(spots) else None

    def by_mention(self, act: Act) -> Spot | None:
        """Find an act that says the names and is about no relation, such as CREATE ROLE."""
        names = (self.own, self.holder.name, *self.words)
        spots = [_spot(act, name) for name in names if name]
        return spots[0] if all(spots) else None

    def in_block(self, act: Act) -> Spot | None:
        """Find a block, or a call, that holds the names in its strings.

        Where the object's own name is put together, its table's and what kind it is have to do.
        """
        put = _put_together(self.own, self.holder.name)
        for names in (self.own, self.holder.name), (self.holder.name, *self.words, self.kind):
            found = [_word(name).search(act.text) for name in names]
            if found[0] is not None and all(found) and (names[0] == self.own or put in act.text):
                begin, end = found[0].span()
                return Spot(act, act.start + begin, end - begin)
        return None

    def by_table(self, act: Act) -> Spot | None:
        """Find the act that makes its table, or gives it its name."""
        names = renamed(act.kind, act.node)
        name = names[1] if names else made(act.kind, act.node)
        return _spot(act, name.name) if name in self.holders else None


_BLOCKS = frozenset({"do_stmt", "select_stmt"})


@once
def about(act: Act) -> Iterator[Name]:
    """Yield the relations and functions that a statement makes, alters or gives something."""
    if name := made(act.kind, act.node):
        yield name
    if find := _ABOUT.get(act.kind):
        yield from find(act.node)


def _renamed(node: Node) -> Iterator[Name]:
    if node.HasField("relation"):
        old = relation(node.relation)
        yield old
        yield Name(old.schema, node.newname)


def _moved(node: Node) -> Iterator[Name]:
    if node.HasField("relation"):
        yield Name(node.newschema, node.relation.relname)
    elif node.object.WhichOneof("node") == "object_with_args":
        yield Name(node.newschema, qualified(node.object.object_with_args.objname).name)


def _dropped(node: Node) -> Iterator[Name]:
    for each in node.objects:
        match each.WhichOneof("node"):
            case "list":
                names = strings(each.list.items)
                yield qualified(each.list.items)
                if len(names) > 1:  # A policy or a trigger, whose table stands before its name.
                    yield qualified(each.list.items[:-1])
            case "object_with_args":
                yield qualified(each.object_with_args.objname)


def _relation(field: str) -> Callable[[Node], Iterable[Name]]:
    return lambda node: (relation(getattr(node, field)),)


_ABOUT: Mapping[str, Callable[[Node], Iterable[Name]]] = {
    "alter_function_stmt": lambda node: (qualified(node.func.objname),),
    "alter_object_schema_stmt": _moved,
    "alter_policy_stmt": _relation("table"),
    "alter_table_stmt": _relation("relation"),
    "create_function_stmt": lambda node: (qualified(node.funcname),),
    "create_policy_stmt": _relation("table"),
    "create_trig_stmt": _relation("relation"),
    "drop_stmt": _dropped,
    "grant_stmt": lambda node: given(node).names,
    "index_stmt": _relation("relation"),
    "rename_stmt": _renamed,
}


def _spot(act: Act, word: str) -> Spot | None:
    """Return where an act says a name, as a word or in quotes, not in a comment or a string."""
    for found, begin, end in _said(act):
        if found == word:
            schema = _SCHEMA.search(act.text, max(act.lead, begin - 2 * _LONGEST), begin)
            first = schema.start() if schema else begin
            return Spot(act, act.start + first, end - first)
    return None


@once
def _said(act: Act) -> Iterator[tuple[str, int, int]]:
    """Yield the names and words of an act, as Postgres keeps them: it cuts what is too long."""
    for kind, begin, end in tokens(act.text):
        if begin < act.lead:
            continue
        text = act.text[begin:end]
        if kind is Token.WORD:
            yield _cut(text.lower()), begin, end
        elif kind is Token.NAME:
            yield _cut(text[1:-1].replace('""', '"')), begin, end


def _put_together(name: str, table: str) -> str:
    """Return what is left of a name without its table's: what a format string has to hold."""
    return name.replace(table, "", 1) if table in name else ""


def _cut(name: str) -> str:
    return name if len(name) * 4 <= _LONGEST else name.encode()[:_LONGEST].decode(errors="ignore")


@lru_cache(maxsize=64)
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
