"""What rules about types share: every column that a statement declares or gives another type."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum
from typing import NamedTuple

from airlock.checks._tables import altered, definition
from airlock.checks.act import Act, once
from airlock.checks.rule import Edit, Hit, Mend
from airlock.checks.syntax import Name, TypeRef, column_constraints, columns, relation, type_of
from airlock.model.finding import Level
from airlock.model.names import spell
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node

STATEMENTS = ("create_stmt", "alter_table_stmt", "create_foreign_table_stmt")
"""The kinds of act that declare columns."""
_GOES_ON = frozenset({"varying", "precision", "without", "with", "time", "zone", "double"})
"""Words of a type's name that follow its first one."""


class How(Enum):
    """How a column comes to its type."""

    CREATE = "create"
    ADD = "add"
    CHANGE = "change"


class Declared(NamedTuple):
    """A column with its type. `node` is its `ColumnDef`; that of a change has no constraints."""

    table: Name
    name: str
    type: TypeRef
    node: Node
    how: How

    @property
    def constraints(self) -> frozenset[str]:
        """The sorts of its own constraints: `CONSTR_NOTNULL`."""
        return frozenset(sort for sort, _ in column_constraints(self.node))

    def __str__(self) -> str:
        return f"{self.table}.{spell(self.name)}"


@once
def declared(act: Act) -> Iterator[Declared]:
    """Yield the columns that a statement declares, adds, or gives another type."""
    match act.kind:
        case "create_stmt" | "create_foreign_table_stmt":
            create = act.node.base_stmt if act.kind != "create_stmt" else act.node
            table = relation(create.relation)
            for column in columns(create):
                if column.HasField("type_name"):
                    type_ = type_of(column.type_name)
                    yield Declared(table, column.colname, type_, column, How.CREATE)
        case "alter_table_stmt":
            for table, sort, command in altered(act):
                if sort == "AT_AddColumn":
                    column = definition(command).column_def
                    type_ = type_of(column.type_name)
                    yield Declared(table, column.colname, type_, column, How.ADD)
                elif sort == "AT_AlterColumnType":
                    column = definition(command).column_def
                    type_ = type_of(column.type_name)
                    yield Declared(table, command.name, type_, column, How.CHANGE)


def of_types(act: Act, names: Collection[str]) -> Iterator[Declared]:
    """Yield the columns of a statement whose type is one of Postgres's own of these names."""
    return (each for each in declared(act) if not each.type.schema and each.type.name in names)


def hit(
    act: Act, column: Declared, message: str, *, instead: str = "", level: Level | None = None
) -> Hit:
    """Return what is said of a column's type, with the type to write `instead`."""
    start, end = type_span(act, column.type)
    edits = (Edit(start=start, end=end, text=instead),) if instead else ()
    return Hit(
        message=message,
        at=start,
        length=end - start,
        table=column.table,
        subject=str(column),
        level=level,
        fix=f"{spell(column.name)} {instead}" if instead else None,
        edits=edits,
        mend=Mend.UNSAFE,
    )


def type_span(act: Act, type_: TypeRef) -> tuple[int, int]:
    """Return where a type stands in the file: its name, its size, and what else belongs to it."""
    start = act.offset(type_.location)
    text, own = act.file.text, act.start + len(act.text)
    end, depth, started, after_dot = start, 0, False, False
    for kind, begin, until in tokens(text[:own], start):
        word = text[begin:until].lower()
        if depth == 0 and word not in {"(", "."} and kind is not Token.COMMENT:
            goes_on = word in _GOES_ON or after_dot
            if started and not goes_on:
                break
        started, after_dot = True, word == "."
        depth += (word == "(") - (word == ")")
        end = until
        if depth < 0:
            return start, begin
    return start, end
