"""Statements of a file that write rows of their own, and the tables whose rows are the schema's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from airlock.checks.act import Act, File, remembered
from airlock.checks.syntax import Name, called, column_of, constant, enum, kind_of, relation
from airlock.sources.sqltext import Node, walk

_STRUCTURAL_SCHEMAS = frozenset({"cron", "supabase_migrations", "supabase_functions", "partman"})
_STRUCTURAL = frozenset(
    {Name("storage", "buckets"), Name("realtime", "channels"), Name("public", "schema_migrations")}
)
"""Tables whose rows say how a database works."""
_SYSTEM = frozenset({"pg_catalog", "information_schema"})
_KEYS = ("id", "uuid", "key", "slug", "email", "username", "code", "phone", "name")


def is_structural(act: Act, table: Name) -> bool:
    """Whether the rows of a table belong to the schema, or nobody keeps them."""
    lookups = act.context.lookup_tables
    if table in _STRUCTURAL or table.schema in _STRUCTURAL_SCHEMAS | _SYSTEM:
        return True
    return f"{table.schema}.{table.name}" in lookups or table.name in lookups


def is_temporary(act: Act, table: Name) -> bool:
    """Whether the file makes the table for itself alone."""
    made = _temporary(act.file).get(table.name)
    return table.schema == "pg_temp" or (made is not None and made < act.index)


@remembered
def _temporary(file: File) -> Mapping[str, int]:
    """Return the names of tables that a file makes for itself, and the acts that do."""
    found: dict[str, int] = {}
    for act in file.acts:
        var = _made(act)
        if var is not None and (var.relpersistence == "t" or var.schemaname == "pg_temp"):
            found.setdefault(var.relname, act.index)
    return found


def _made(act: Act) -> Node | None:
    match act.kind:
        case "create_stmt":
            return act.node.relation
        case "create_table_as_stmt":
            return act.node.into.rel
        case _:
            return None


def literal_rows(node: Node) -> int:
    """Return how many rows an INSERT writes that stand in it as constants."""
    source = node.select_stmt.select_stmt
    if source.values_lists:
        return sum(_has_constant(each.list.items) for each in source.values_lists)
    if source.from_clause or not source.target_list:
        return 0
    return int(_has_constant([target.res_target.val for target in source.target_list]))


def _has_constant(values: Iterable[Node]) -> bool:
    """Whether one of them is a text or a number that is written out."""
    for value in values:
        inner = value
        while kind_of(inner) == "type_cast":
            inner = inner.type_cast.arg
        if kind_of(inner) == "a_const" and not inner.a_const.isnull:
            if inner.a_const.WhichOneof("val") in {"sval", "ival", "fval"}:
                return True
        elif kind_of(inner) in {"a_array_expr", "func_call", "row_expr"} and any(
            kind == "A_Const" and found.WhichOneof("val") == "sval" for kind, found in walk(inner)
        ):
            return True
    return False


def names_rows(where: Node) -> bool:
    """Whether a condition picks rows by a key that is written out: `id = 'a1b2…'`."""
    match kind_of(where):
        case "a_expr":
            left, right = where.a_expr.lexpr, where.a_expr.rexpr
            operator = [part.string.sval for part in where.a_expr.name]
            if operator != ["="] or enum(where.a_expr, "kind") not in {"AEXPR_OP", "AEXPR_IN"}:
                return False
            items = right.list.items if kind_of(right) == "list" else [right]
            return _is_key(left) and any(map(_is_named, items))
        case "bool_expr" if enum(where.bool_expr, "boolop") != "NOT_EXPR":
            return any(names_rows(each) for each in where.bool_expr.args)
        case _:
            return False


def _is_named(value: Node) -> bool:
    """Whether it is a text or a number, and not the empty text."""
    text = constant(value)
    return _has_constant([value]) if text is None else text != ""


def _is_key(node: Node) -> bool:
    if kind_of(node) != "column_ref":
        return False
    column = (column_of(node.column_ref) or ("",))[-1]
    return any(column == key or column.endswith(f"_{key}") for key in _KEYS)


def user_tables(node: Node) -> Iterator[Name]:
    """Yield the tables of the user that a query reads, what WITH names left out."""
    with_names = {found.ctename for kind, found in walk(node) if kind == "CommonTableExpr"}
    for kind, found in walk(node):
        if kind == "RangeVar" and found.relname not in with_names:
            name = relation(found)
            if name.schema not in _SYSTEM and not found.relname.startswith("pg_"):
                yield name


def calls_alone(targets: Iterable[Node], names: frozenset[str]) -> bool:
    """Whether all that a query returns is what functions of these names return."""
    found = [target.res_target.val for target in targets]
    return bool(found) and all(
        kind_of(value) == "func_call" and called(value.func_call)[-1] in names for value in found
    )
