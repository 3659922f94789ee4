"""What rules about keys and indexes share: what each of them covers, in files and in schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from airlock.checks._tables import new_constraints
from airlock.checks.act import Act, File, once, remembered
from airlock.checks.syntax import (
    Name,
    column_constraints,
    columns,
    enum,
    relation,
    strings,
    table_constraints,
)
from airlock.kinds.constraint import Constraint
from airlock.kinds.index import Index
from airlock.model.catalog import Catalog
from airlock.model.node import Id
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node, tree

STATEMENTS = ("create_stmt", "alter_table_stmt", "index_stmt")
"""The kinds of act that make keys and indexes."""
_UNIQUE = frozenset({"CONSTR_PRIMARY", "CONSTR_UNIQUE"})
_PLAIN = "btree"


class Key(NamedTuple):
    """An index, or a constraint that has one. `elements` are as written, in lower case."""

    table: Name
    name: str
    """Empty where Postgres chooses it."""
    elements: tuple[str, ...]
    include: frozenset[str]
    unique: bool
    where: str
    """The condition of a partial index; empty for one of all rows."""
    method: str
    constraint: bool
    primary: bool
    at: int
    """Its place in the file; of a schema's, 0."""

    @property
    def shown(self) -> str:
        """The columns, as people list them."""
        return ", ".join(self.elements)


class ForeignKey(NamedTuple):
    """A foreign key that a file makes."""

    table: Name
    columns: tuple[str, ...]
    node: Node
    act: Act


@remembered
def keys_of_file(file: File) -> Sequence[Key]:
    """Return every key that a file makes by running, in order."""
    return tuple(key for act in file.acts if act.runs for key in keys_of(act))


@once
def keys_of(act: Act) -> Iterator[Key]:
    """Yield the keys that one act makes."""
    match act.kind:
        case "index_stmt":
            yield _of_index(act.node, act.text, act.start)
        case "create_stmt":
            table = relation(act.node.relation)
            for column in columns(act.node):
                for sort, constraint in column_constraints(column):
                    yield from _of_constraint(act, table, sort, constraint, (column.colname,))
            for constraint in table_constraints(act.node):
                named = strings(constraint.keys)
                yield from _of_constraint(
                    act, table, enum(constraint, "contype"), constraint, named
                )
        case "alter_table_stmt":
            for new in new_constraints(act):
                named = (new.column.colname,) if new.column else strings(new.node.keys)
                yield from _of_constraint(act, new.table, new.sort, new.node, named)


@once
def foreign_keys(act: Act) -> Iterator[ForeignKey]:
    """Yield the foreign keys that an act makes."""
    if act.kind == "create_stmt":
        table = relation(act.node.relation)
        for column in columns(act.node):
            for sort, constraint in column_constraints(column):
                if sort == "CONSTR_FOREIGN":
                    yield ForeignKey(table, (column.colname,), constraint, act)
        for constraint in table_constraints(act.node):
            if enum(constraint, "contype") == "CONSTR_FOREIGN":
                yield ForeignKey(table, strings(constraint.fk_attrs), constraint, act)
    for new in new_constraints(act):
        if new.sort == "CONSTR_FOREIGN":
            named = (new.column.colname,) if new.column else strings(new.node.fk_attrs)
            yield ForeignKey(new.table, named, new.node, act)


def keys_of_schema(catalog: Catalog) -> Iterator[tuple[Id, Key]]:
    """Yield every key that a schema holds, with its address."""
    for node in catalog:
        match node:
            case Index():
                text = node.definition
                name = node.id.path[-1]
            case Constraint(type="p" | "u", index=str(text)):
                name = node.id.path[-1]
            case _:
                continue
        found = _printed(text)
        if found is not None:
            constraint = isinstance(node, Constraint)
            primary = isinstance(node, Constraint) and node.type == "p"
            key = found._replace(name=name, constraint=constraint, primary=primary)
            yield node.id, key


def parsed_constraint(definition: str) -> Node | None:
    """Return the `Constraint` that `pg_get_constraintdef` prints."""
    found = tree(f"alter table t add {definition}")
    if found is None:
        return None
    return getattr(found.node.cmds[0].alter_table_cmd, "def").constraint


def covers(key: Key, wanted: Sequence[str]) -> bool:
    """Whether an index finds the rows that have values in these columns, in whatever order.

    Of a unique one some of the columns are enough: there is one row at most.
    """
    if not has_all(key, wanted):
        return False
    found = set(key.elements[: len(wanted)])
    return found == set(wanted) or (key.unique and set(key.elements) <= set(wanted))


def has_all(key: Key, columns: Iterable[str]) -> bool:
    """Whether an index has all rows, or all of those that have a value in one of the columns."""
    return not key.where or key.where in {f"{column} is not null" for column in columns}


def makes_needless(other: Key, key: Key) -> bool:
    """Whether `other` does all that `key` does: it has the same elements first.

    A unique key is not replaced by one that is not, or that has more columns.
    """
    if (key.table, key.where, key.method) != (other.table, other.where, other.method):
        return False
    if key.method != _PLAIN and key.elements != other.elements:
        return False
    same = key.elements == other.elements
    if key.unique and not (same and other.unique):
        return False
    fits = other.elements[: len(key.elements)] == key.elements
    return fits and key.include <= other.include.union(other.elements)


def pairs(keys: Iterable[Key]) -> Iterator[tuple[Key, Key]]:
    """Yield each key that another makes needless, with that one; of two alike, the later."""
    by_table: dict[Name, list[Key]] = {}
    for key in keys:
        by_table.setdefault(key.table, []).append(key)
    for group in by_table.values():
        for number, key in enumerate(group):
            for place, other in enumerate(group):
                if number == place or not makes_needless(other, key):
                    continue
                if makes_needless(key, other) and not _goes(key, other, later=number > place):
                    continue
                yield key, other
                break


def _goes(key: Key, other: Key, *, later: bool) -> bool:
    """Whether of two that do the same, this is the one to take away."""
    if key.constraint != other.constraint:
        return other.constraint
    return later


def _of_constraint(
    act: Act, table: Name, sort: str, constraint: Node, named: tuple[str, ...]
) -> Iterator[Key]:
    """Yield the key that a constraint is; one that takes over an index makes none."""
    if sort in _UNIQUE and not constraint.indexname:
        yield Key(
            table=table,
            name=constraint.conname,
            elements=named,
            include=frozenset(strings(constraint.including)),
            unique=True,
            where="",
            method=_PLAIN,
            constraint=True,
            primary=sort == "CONSTR_PRIMARY",
            at=act.offset(constraint.location),
        )


@lru_cache(maxsize=4096)
def _printed(definition: str) -> Key | None:
    found = tree(definition)
    if found is None or found.kind != "index_stmt":
        return None
    return _of_index(found.node, definition, 0)


def _of_index(index: Node, text: str, start: int) -> Key:
    include = frozenset(
        each.index_elem.name for each in index.index_including_params if each.index_elem.name
    )
    return Key(
        table=relation(index.relation),
        name=index.idxname,
        elements=_elements(text),
        include=include,
        unique=index.unique,
        where=_where(text) if index.HasField("where_clause") else "",
        method=index.access_method or _PLAIN,
        constraint=False,
        primary=False,
        at=start,
    )


def _elements(text: str) -> tuple[str, ...]:
    """Return what stands in the first parentheses of CREATE INDEX, cut at its commas."""
    found: list[str] = []
    current: list[str] = []
    depth = 0
    for kind, begin, end in tokens(text):
        if kind is Token.COMMENT:
            continue
        word = _spelled(kind, text[begin:end])
        if word == ")":
            depth -= 1
            if depth == 0:
                break
        if depth == 1 and word == ",":
            found.append(" ".join(current))
            current = []
        elif depth:
            current.append(word)
        depth += word == "("
    return (*found, re.sub(r" asc$", "", " ".join(current)))


def _where(text: str) -> str:
    """Return the condition of a partial index, without what only layout tells apart."""
    words = [
        _spelled(kind, text[begin:end])
        for kind, begin, end in tokens(text)
        if kind is not Token.COMMENT
    ]
    start = len(words) - words[::-1].index("where") if "where" in words else len(words)
    return " ".join(word for word in words[start:] if word not in {"(", ")"})


def _spelled(kind: Token, text: str) -> str:
    if kind is Token.NAME and re.fullmatch(r'"[a-z_][a-z0-9_]*"', text):
        return text[1:-1]
    return text.lower() if kind is Token.WORD else text
