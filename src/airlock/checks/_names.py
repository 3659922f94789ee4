"""Names without a schema, and what they can mean."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.checks._routines import Routine
from airlock.checks.act import Act, File, remembered
from airlock.checks.syntax import Name, enum, kind_of, made, qualified, strings
from airlock.kinds.routine import Routine as Known
from airlock.sources.sqltext import Node

_TYPED = frozenset({"OBJECT_TYPE", "OBJECT_DOMAIN"})
_LISTED = frozenset({"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE"})
_CALLED = frozenset({"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"})
_BROUGHT = frozenset({"crypt", "digest", "gen_salt", "hmac", "uuid_generate_v4"})
"""Functions of extensions that a Supabase project has in `extensions`."""


def loose_relations(routine: Routine) -> Iterator[Node]:
    """Yield the relations that a function's body names without a schema.

    What the body itself makes is none of them, nor are queries with a name, Postgres's own
    tables, and in a trigger function what may be the rows of the statement.
    """
    if routine.act.node.HasField("sql_body"):
        return  # What it names was found when it was created.
    own = set(_temporary(routine.act.file))
    for act in routine.inner:
        if (name := made(act.kind, act.node)) and act is not routine.act:
            own.add(name.name)
        own.update(node.ctename for node in act.nodes("CommonTableExpr"))
    for act in routine.inner:
        for node in act.nodes("RangeVar"):
            name = node.relname
            if node.schemaname or name in own or name.startswith("pg_"):
                continue
            if not (routine.fires and _may_be_rows(name)):
                yield node


@remembered
def _temporary(file: File) -> frozenset[str]:
    """Return the temporary tables that any statement of a file makes: they need no schema."""
    return frozenset(
        act.node.relation.relname
        for act in file.acts
        if act.kind == "create_stmt" and act.node.relation.relpersistence == "t"
    )


def _may_be_rows(name: str) -> bool:
    return any(
        word in name for word in ("new", "old", "insert", "delete", "update", "rows", "change")
    )


def loose_functions(routine: Routine) -> Iterator[str]:
    """Yield the functions outside of pg_catalog that a body calls without a schema."""
    known = _functions(routine)
    for act in routine.inner:
        for call in act.nodes("FuncCall"):
            names = strings(call.funcname)
            if len(names) == 1 and names[0] in known:
                yield names[0]


def _functions(routine: Routine) -> frozenset[str]:
    brought = _BROUGHT if routine.context.supabase else frozenset()
    if routine.catalog is not None:
        return brought | {node.id.path[1] for node in routine.catalog if isinstance(node, Known)}
    return brought | _made_functions(routine.act.file)


@remembered
def _made_functions(file: File) -> frozenset[str]:
    return frozenset(
        qualified(act.node.funcname).name for act in file.acts if act.kind == "create_function_stmt"
    )


def unqualified(act: Act) -> Iterator[tuple[str, int]]:
    """Yield what an act names without a schema, with its place; 0 where that is not known."""
    queries = {node.ctename for node in act.nodes("CommonTableExpr")}
    for node in act.nodes("RangeVar"):
        temporary = node.relpersistence == "t"
        if not node.schemaname and node.relname not in queries and not temporary:
            yield node.relname, node.location
    for names in _other_names(act):
        if len(names) == 1:
            yield names[0], 0


def _other_names(act: Act) -> Iterator[tuple[str, ...]]:
    node = act.node
    match act.kind:
        case "create_enum_stmt" | "alter_enum_stmt":
            yield strings(node.type_name)
        case "create_function_stmt":
            yield strings(node.funcname)
        case "alter_function_stmt":
            yield strings(node.func.objname)
        case "drop_stmt":
            sort = enum(node, "remove_type")
            for each in node.objects:
                kind = kind_of(each)
                if sort in _CALLED and kind == "object_with_args":
                    yield strings(each.object_with_args.objname)
                elif sort in _TYPED and kind == "type_name":
                    yield strings(each.type_name.names)
                elif sort in _LISTED and kind == "list":
                    yield strings(each.list.items)


def made_in(act: Act) -> Name | None:
    """Return what an act makes, with the schema that it names; None where it names none."""
    match act.kind:
        case "create_enum_stmt":
            names = strings(act.node.type_name)
        case "create_function_stmt":
            names = strings(act.node.funcname)
        case _:
            return made(act.kind, act.node)
    return Name(*names[-2:]) if len(names) > 1 else None
