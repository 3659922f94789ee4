"""The values that a file writes to tables, each with the column that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from airlock.checks.act import Act, File, remembered
from airlock.checks.syntax import Name, relation
from airlock.model.script import PieceKind
from airlock.sources.lexing import tokens
from airlock.sources.sqltext import Node


@dataclass(frozen=True, slots=True)
class Cell:
    """A constant at `start`, with its quotes, up to `end`; `value` is what is between them."""

    table: Name
    column: str
    columns: frozenset[str]
    """All columns that are written beside it."""
    value: str
    start: int
    end: int
    row: int
    """Cells of one row of one statement share it."""


_WRAPPERS = frozenset({"crypt", "lower", "upper", "trim", "convert_to", "encode", "digest"})
"""Functions whose first argument is the value, more or less."""
_NULL = "\\N"


@remembered
def cells(file: File) -> Sequence[Cell]:
    """Return the constants that INSERT, UPDATE, MERGE and COPY write, wherever they stand."""
    found: list[Cell] = []
    for act in file.acts:
        match act.kind:
            case "insert_stmt":
                found.extend(_inserted(act))
            case "update_stmt":
                found.extend(_updated(act))
            case "copy_stmt" if act.statement is not None and act.statement.copy_data:
                found.extend(_copied(act))
    return sorted(found, key=lambda cell: cell.start)


def _inserted(act: Act) -> Iterator[Cell]:
    node = act.node
    columns = [each.res_target.name for each in node.cols]
    source = node.select_stmt.select_stmt
    if source.values_lists:
        rows = [list(each.list.items) for each in source.values_lists]
    else:
        rows = [[target.res_target.val for target in source.target_list]]
    for number, row in enumerate(rows):
        padded = [*columns, *[""] * (len(row) - len(columns))]
        yield from _row(act, relation(node.relation), padded, row, number)


def _updated(act: Act) -> Iterator[Cell]:
    targets = [each.res_target for each in act.node.target_list]
    columns = [target.name for target in targets]
    values = [target.val for target in targets]
    yield from _row(act, relation(act.node.relation), columns, values, 0)


def _row(
    act: Act, table: Name, columns: Sequence[str], values: Sequence[Node], number: int
) -> Iterator[Cell]:
    beside = frozenset(columns)
    for column, value in zip(columns, values, strict=False):
        constant = _constant(value)
        if constant is None:
            continue
        start = act.offset(constant.location)
        end = next((end for _, _, end in tokens(act.file.text, start)), start)
        yield Cell(
            table=table,
            column=column,
            columns=beside,
            value=_value(constant),
            start=start,
            end=end,
            row=act.index * 1_000_000 + number,
        )


def _constant(node: Node) -> Node | None:
    """Return the constant that a value is, or is made of."""
    match node.WhichOneof("node"):
        case "a_const":
            return None if node.a_const.isnull else node.a_const
        case "type_cast":
            return _constant(node.type_cast.arg)
        case "func_call":
            call = node.func_call
            names = [part.string.sval for part in call.funcname]
            if names and names[-1] in _WRAPPERS and call.args:
                return _constant(call.args[0])
    return None


def _value(constant: Node) -> str:
    match constant.WhichOneof("val"):
        case "sval":
            return str(constant.sval.sval)
        case "ival":
            return str(constant.ival.ival)
        case "fval":
            return str(constant.fval.fval)
        case _:
            return ""


def _copied(act: Act) -> Iterator[Cell]:
    """Yield what stands between the tabs of the rows after a COPY."""
    columns = [each.string.sval for each in act.node.attlist]
    table = relation(act.node.relation)
    start = _rows_after(act)
    if start is None or act.statement is None or not act.statement.copy_data:
        return
    beside = frozenset(columns)
    at = start
    for number, line in enumerate(act.statement.copy_data.split("\n")):
        place = at
        for position, value in enumerate(line.rstrip("\r").split("\t")):
            if value and value != _NULL:
                yield Cell(
                    table=table,
                    column=columns[position] if position < len(columns) else "",
                    columns=beside,
                    value=value,
                    start=place,
                    end=place + len(value),
                    row=act.index * 1_000_000 + number,
                )
            place += len(value) + 1
        at += len(line) + 1


def _rows_after(act: Act) -> int | None:
    own = act.statement.span.char_end if act.statement else 0
    for piece in act.file.script.pieces:
        if piece.kind is PieceKind.COPY_DATA and piece.span.char_start >= own:
            return piece.span.char_start
    return None
