"""Where in the files a flaw of a schema comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from airlock.checks._rights import given
from airlock.checks.act import Act, once
from airlock.checks.rule import Flaw
from airlock.checks.syntax import Name, commands, made, qualified, relation, strings
from airlock.model.node import Id
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node

_LONGEST = 63
"""Bytes of a name; Postgres cuts what is longer."""


class Spot(NamedTuple):
    """A place in a file: the act, where it is in characters, and how many to underline."""

    act: Act
    at: int
    length: int


def placed(flaw: Flaw, acts: Sequence[Act], kinds: Sequence[str]) -> Spot | None:
    """Return the last place that can have brought a flaw about; None where none is known.

    `kinds` are a rule's `blames`. What says the object's own name counts before what says only the
    columns and the like that it has, and both before a block that puts statements together, and
    before the statement that makes its table.
    """
    target = _Target.of(flaw)
    able = [act for act in acts if act.runs and _can(act, kinds)]
    ways: tuple[tuple[Sequence[Act], Callable[[Act], Spot | None]], ...] = (
        (able, target.by_name),
        (able, target.by_words),
        (able, target.by_mention),
        (acts, target.in_block),
        (acts, target.by_table),
    )
    for some, way in ways:
        for act in reversed(some):
            if act.runs and (spot := way(act)):
                return spot
    return None


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
    words: tuple[str, ...]
    """What the statement names where the object has got its name from Postgres."""

    @classmethod
    def of(cls, flaw: Flaw) -> _Target:
        """Return what a flaw is about."""
        id: Id = flaw.subject
        path = id.path[:2] if id.kind == "routine" else id.path
        holder = flaw.table or Name(*path[:2] if len(path) > 1 else ("", path[0]))
        return cls(kind=id.kind, own=path[-1], holder=holder, words=flaw.words)

    def by_name(self, act: Act) -> Spot | None:
        """Find an act about the object or its table that says the object's name."""
        names = about(act)
        if self.holder in names or Name(self.holder.schema, self.own) in names:
            return _spot(act, self.own)
        return None

    def by_words(self, act: Act) -> Spot | None:
        """Find an act about its table that names all of its columns."""
        named = act.kind == "index_stmt" and act.node.idxname  # It has made another one.
        if self.words and not named and self.holder in about(act):
            spots = [_spot(act, word) for word in self.words]
            return spots[0] if all(spots) else None
        return None

    def by_mention(self, act: Act) -> Spot | None:
        """Find an act that says the names somewhere, and is about nothing that is known."""
        if about(act):
            return None
        names = (self.own, self.holder.name, *self.words)
        spots = [_spot(act, name) for name in names if name]
        return spots[0] if all(spots) else None

    def in_block(self, act: Act) -> Spot | None:
        """Find a block, or a call, that holds the names in its strings.

        Where the object's own name is put together, its table's and what kind it is have to do.
        """
        if act.kind not in _BLOCKS or act.owner is not None:
            return None
        put = _put_together(self.own, self.holder.name)
        for names in (self.own, self.holder.name), (self.holder.name, *self.words, self.kind):
            found = [_word(name).search(act.text) for name in names]
            if found[0] is not None and all(found) and (names[0] == self.own or put in act.text):
                begin, end = found[0].span()
                return Spot(act, act.start + begin, end - begin)
        return None

    def by_table(self, act: Act) -> Spot | None:
        """Find the act that makes its table, or gives it its name."""
        if act.kind in _NAMES and self.holder in about(act):
            return _spot(act, self.holder.name)
        return None


_BLOCKS = frozenset({"do_stmt", "select_stmt"})
_NAMES = frozenset(
    {
        "alter_object_schema_stmt",
        "create_foreign_table_stmt",
        "create_stmt",
        "create_table_as_stmt",
        "rename_stmt",
        "select_stmt",
        "view_stmt",
    }
)


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
            return Spot(act, act.start + begin, end - begin)
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


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
