"""Every name that a statement gives to something that stays: by making it, or by renaming it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from airlock.checks._tables import definition
from airlock.checks.act import Act
from airlock.checks.rule import Hit
from airlock.checks.syntax import column_constraints, columns, commands, enum, kind_of, strings
from airlock.checks.syntax import table_constraints as constraints_of
from airlock.model.names import unquote
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node


class Sort(StrEnum):
    """What a name is given to; the value is how messages call it."""

    CHECK = "check"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    DATABASE = "database"
    EXCLUSION = "exclusion constraint"
    FOREIGN_KEY = "foreign key"
    INDEX = "index"
    PARTITION = "partition"
    PRIMARY_KEY = "primary key"
    ROLE = "role"
    ROUTINE = "routine"
    RULE = "rule"
    SCHEMA = "schema"
    SEQUENCE = "sequence"
    TABLE = "table"
    TABLESPACE = "tablespace"
    TRIGGER = "trigger"
    TYPE = "type"
    UNIQUE = "unique key"
    VIEW = "view"


class Given(NamedTuple):
    """A name that is given; `location` is where its part of the statement begins, or -1."""

    sort: Sort
    name: str
    location: int = -1
    again: bool = False
    """Whether it takes the place of another name, and so comes last."""


_TABLES = {
    "alter_table_stmt",
    "create_foreign_table_stmt",
    "create_stmt",
    "create_table_as_stmt",
    "select_stmt",
}
_FIELDS: Mapping[str, tuple[Sort, str]] = {
    "create_event_trig_stmt": (Sort.TRIGGER, "trigname"),
    "create_role_stmt": (Sort.ROLE, "role"),
    "create_schema_stmt": (Sort.SCHEMA, "schemaname"),
    "create_table_space_stmt": (Sort.TABLESPACE, "tablespacename"),
    "create_trig_stmt": (Sort.TRIGGER, "trigname"),
    "createdb_stmt": (Sort.DATABASE, "dbname"),
    "index_stmt": (Sort.INDEX, "idxname"),
    "rule_stmt": (Sort.RULE, "rulename"),
}
"""Statements that hold the name as a text."""
_LISTS: Mapping[str, tuple[Sort, str]] = {
    "create_domain_stmt": (Sort.TYPE, "domainname"),
    "create_enum_stmt": (Sort.TYPE, "type_name"),
    "create_function_stmt": (Sort.ROUTINE, "funcname"),
    "create_range_stmt": (Sort.TYPE, "type_name"),
}
"""Those that hold it as the last part of a dotted one."""
_RELATIONS: Mapping[str, tuple[Sort, str]] = {
    "composite_type_stmt": (Sort.TYPE, "typevar"),
    "create_seq_stmt": (Sort.SEQUENCE, "sequence"),
    "view_stmt": (Sort.VIEW, "view"),
}
_CONSTRAINTS: Mapping[str, Sort] = {
    "CONSTR_CHECK": Sort.CHECK,
    "CONSTR_EXCLUSION": Sort.EXCLUSION,
    "CONSTR_FOREIGN": Sort.FOREIGN_KEY,
    "CONSTR_PRIMARY": Sort.PRIMARY_KEY,
    "CONSTR_UNIQUE": Sort.UNIQUE,
}
_RENAMED: Mapping[str, Sort] = {
    "OBJECT_ATTRIBUTE": Sort.COLUMN,
    "OBJECT_COLUMN": Sort.COLUMN,
    "OBJECT_DATABASE": Sort.DATABASE,
    "OBJECT_DOMAIN": Sort.TYPE,
    "OBJECT_DOMCONSTRAINT": Sort.CONSTRAINT,
    "OBJECT_FOREIGN_TABLE": Sort.TABLE,
    "OBJECT_FUNCTION": Sort.ROUTINE,
    "OBJECT_INDEX": Sort.INDEX,
    "OBJECT_MATVIEW": Sort.VIEW,
    "OBJECT_PROCEDURE": Sort.ROUTINE,
    "OBJECT_ROLE": Sort.ROLE,
    "OBJECT_ROUTINE": Sort.ROUTINE,
    "OBJECT_RULE": Sort.RULE,
    "OBJECT_SCHEMA": Sort.SCHEMA,
    "OBJECT_SEQUENCE": Sort.SEQUENCE,
    "OBJECT_TABCONSTRAINT": Sort.CONSTRAINT,
    "OBJECT_TABLE": Sort.TABLE,
    "OBJECT_TABLESPACE": Sort.TABLESPACE,
    "OBJECT_TRIGGER": Sort.TRIGGER,
    "OBJECT_TYPE": Sort.TYPE,
    "OBJECT_VIEW": Sort.VIEW,
}
STATEMENTS = tuple(sorted({"rename_stmt", *_TABLES, *_FIELDS, *_LISTS, *_RELATIONS}))
"""The kinds of act that give names."""


def given(act: Act) -> Iterator[Given]:
    """Yield the names that an act gives; policies, which are called by sentences, are left out."""
    yield from (each for each in _given(act) if each.name)


def said(act: Act, named: Given, message: str) -> Hit:
    """Return a hit at the place of a name."""
    at, length = _place(act, named)
    return Hit(message=message, at=at, length=length, subject=f"{named.sort} {named.name}")


def constraints(act: Act) -> Iterator[tuple[Sort, Node]]:
    """Yield the constraints that a statement makes, of columns and of tables."""
    for node in act.nodes("Constraint"):
        if sort := _CONSTRAINTS.get(enum(node, "contype")):
            yield sort, node


def _given(act: Act) -> Iterator[Given]:
    node, kind = act.node, act.kind
    if kind == "rename_stmt":
        if sort := _RENAMED.get(enum(node, "rename_type")):
            yield Given(sort, node.newname, again=True)
    elif kind in _FIELDS:
        sort, field = _FIELDS[kind]
        yield Given(sort, getattr(node, field))
    elif kind in _LISTS:
        sort, field = _LISTS[kind]
        yield Given(sort, strings(getattr(node, field))[-1])
    elif kind in _RELATIONS:
        sort, field = _RELATIONS[kind]
        yield _relation(sort, getattr(node, field))
        if kind == "composite_type_stmt":
            yield from (_column(each.column_def) for each in node.coldeflist)
    elif kind in _TABLES:
        yield from _of_table(act)


def _of_table(act: Act) -> Iterator[Given]:
    node = act.node
    match act.kind:
        case "create_stmt":
            yield from _created(node)
        case "create_foreign_table_stmt":
            yield from _created(node.base_stmt)
        case "create_table_as_stmt":
            view = enum(node, "objtype") == "OBJECT_MATVIEW"
            yield _relation(Sort.VIEW if view else Sort.TABLE, node.into.rel)
            yield from (Given(Sort.COLUMN, name) for name in strings(node.into.col_names))
        case "select_stmt" if node.HasField("into_clause"):
            yield _relation(Sort.TABLE, node.into_clause.rel)
        case "alter_table_stmt":
            for _, command in commands(node):
                made = definition(command)
                match kind_of(made):
                    case "column_def" if made.column_def.colname:
                        yield _column(made.column_def)
                        yield from _constraints(made.column_def)
                    case "constraint":
                        yield _constraint(made.constraint)


def _created(create: Node) -> Iterator[Given]:
    partition = create.HasField("partbound")
    yield _relation(Sort.PARTITION if partition else Sort.TABLE, create.relation)
    for column in columns(create):
        yield _column(column)
        yield from _constraints(column)
    yield from (_constraint(each) for each in constraints_of(create))


def _relation(sort: Sort, var: Node) -> Given:
    return Given(sort, var.relname, var.location)


def _column(column: Node) -> Given:
    return Given(Sort.COLUMN, column.colname, column.location)


def _constraints(column: Node) -> Iterator[Given]:
    yield from (_constraint(each) for _, each in column_constraints(column))


def _constraint(constraint: Node) -> Given:
    sort = _CONSTRAINTS.get(enum(constraint, "contype"), Sort.CONSTRAINT)
    return Given(sort, constraint.conname, constraint.location)


def _place(act: Act, named: Given) -> tuple[int | None, int | None]:
    """Return where in the file a name stands, and its length; nothing where it is not found."""
    text, own = act.file.text, act.start + len(act.text)
    found: tuple[int | None, int | None] = (None, None)
    for kind, begin, end in tokens(text[:own], act.offset(named.location)):
        word = text[begin:end]
        plain = kind is Token.WORD and word.lower() == named.name
        if plain or (kind is Token.NAME and unquote(word) == (named.name,)):
            found = begin, end - begin
            if not named.again:
                break
    return found
