"""The grammar's nodes in plain words: names, types, constraints, options, bodies.

Nodes are what `sources.sqltext.tree` returns; no other module needs to know how they nest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from airlock.model.names import spell
from airlock.sources.sqltext import Node

PUBLIC = "public"
"""Where a name without a schema is taken to be."""


class Name(NamedTuple):
    """What a relation, type or routine is called."""

    schema: str
    name: str

    def __str__(self) -> str:
        return spell(*self) if self.schema else spell(self.name)


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A type as it is written, by the grammar's name: `int4`, `varchar`, `timestamptz`."""

    schema: str
    name: str
    modifiers: tuple[int, ...]
    array: bool
    location: int


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a function or a DO block that stands in a string."""

    language: str
    text: str


def relation(var: Node) -> Name:
    """Return the name that a `RangeVar` holds."""
    return Name(var.schemaname or PUBLIC, var.relname)


def qualified(parts: Iterable[Node]) -> Name:
    """Return the name that a list of strings holds; of three, the first is a database's."""
    names = strings(parts)
    if not names:
        return Name("", "")
    return Name(names[-2] if len(names) > 1 else PUBLIC, names[-1])


def strings(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return the texts of a list of strings; what is none is left out."""
    return tuple(node.string.sval for node in nodes if node.WhichOneof("node") == "string")


def enum(node: Node, field: str) -> str:
    """Return the name of an enumerated field's value: `CONSTR_PRIMARY`."""
    return _names(node.DESCRIPTOR.fields_by_name[field].enum_type)[getattr(node, field)]


@cache
def _names(kind: Any) -> dict[int, str]:
    return {value.number: value.name for value in kind.values}


def inner(node: Node) -> Node | None:
    """Return what a `Node` wraps; None where it is empty."""
    field = node.WhichOneof("node")
    return getattr(node, field) if field else None


def kind_of(node: Node) -> str:
    """Return the field of what a `Node` wraps, such as `func_call`; empty where it is empty."""
    return node.WhichOneof("node") or ""


def type_of(type_name: Node) -> TypeRef:
    """Return the type that a `TypeName` holds."""
    names = strings(type_name.names)
    modifiers = tuple(
        each.a_const.ival.ival
        for each in type_name.typmods
        if each.WhichOneof("node") == "a_const" and each.a_const.HasField("ival")
    )
    schema = names[-2] if len(names) > 1 else ""
    return TypeRef(
        schema="" if schema == "pg_catalog" else schema,
        name=names[-1] if names else "",
        modifiers=modifiers,
        array=len(type_name.array_bounds) > 0,
        location=type_name.location,
    )


def columns(create: Node) -> Iterator[Node]:
    """Yield the `ColumnDef`s of a `CreateStmt`."""
    for element in create.table_elts:
        if element.WhichOneof("node") == "column_def":
            yield element.column_def


def table_constraints(create: Node) -> Iterator[Node]:
    """Yield the `Constraint`s of a `CreateStmt` that stand beside its columns."""
    for element in (*create.table_elts, *create.constraints):
        if element.WhichOneof("node") == "constraint":
            yield element.constraint


def column_constraints(column: Node) -> Iterator[tuple[str, Node]]:
    """Yield the constraints of a `ColumnDef` and their sorts: `CONSTR_NOTNULL`."""
    for each in column.constraints:
        if each.WhichOneof("node") == "constraint":
            yield enum(each.constraint, "contype"), each.constraint


def commands(alter: Node) -> Iterator[tuple[str, Node]]:
    """Yield the commands of an `AlterTableStmt` and their sorts: `AT_AddColumn`."""
    for each in alter.cmds:
        if each.WhichOneof("node") == "alter_table_cmd":
            yield enum(each.alter_table_cmd, "subtype"), each.alter_table_cmd


def options(elements: Iterable[Node]) -> dict[str, Node]:
    """Return `DefElem`s by name, such as the options of CREATE FUNCTION."""
    return {
        each.def_elem.defname: each.def_elem
        for each in elements
        if each.WhichOneof("node") == "def_elem"
    }


def value(element: Node) -> str:
    """Return the text, word or number that a `DefElem` holds; empty where it holds none."""
    match element.arg.WhichOneof("node"):
        case "string":
            return str(element.arg.string.sval)
        case "integer":
            return str(element.arg.integer.ival)
        case "boolean":
            return "true" if element.arg.boolean.boolval else "false"
        case "type_name":
            return type_of(element.arg.type_name).name
        case "list":
            return " ".join(strings(element.arg.list.items))
        case _:
            return ""


def is_on(element: Node | None) -> bool:
    """Whether a `DefElem` that is a switch, such as `security_invoker`, is on; alone it is."""
    if element is None:
        return False
    return not element.HasField("arg") or value(element).lower() in _ON


_ON = frozenset({"1", "on", "t", "true", "y", "yes"})


def is_unconditional(statement: Node) -> bool:
    """Whether an UPDATE or a DELETE has no condition, or one that is always true."""
    if not statement.HasField("where_clause"):
        return True
    condition = statement.where_clause
    if condition.WhichOneof("node") == "a_const":
        return bool(condition.a_const.boolval.boolval)
    if condition.WhichOneof("node") != "a_expr":
        return False
    sides = [condition.a_expr.lexpr, condition.a_expr.rexpr]
    values = [each.a_const.ival for each in sides if each.WhichOneof("node") == "a_const"]
    equal = strings(condition.a_expr.name) == ("=",)
    return equal and len(values) == len(sides) and values[0] == values[1]


def called(call: Node) -> tuple[str, ...]:
    """Return the name of the function that a `FuncCall` calls, without pg_catalog."""
    names = strings(call.funcname)
    return names[1:] if names[:1] == ("pg_catalog",) else names


def constant(node: Node) -> str | None:
    """Return the text of a string constant, casts around it looked through; else None."""
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    if node.WhichOneof("node") == "a_const" and node.a_const.HasField("sval"):
        return str(node.a_const.sval.sval)
    return None


def column_of(node: Node) -> tuple[str, ...]:
    """Return the dotted name that a `ColumnRef` holds; `*` for a star."""
    return tuple(
        each.string.sval if each.WhichOneof("node") == "string" else "*" for each in node.fields
    )


def signature(create: Node) -> str:
    """Return the types of a `CreateFunctionStmt`'s parameters that tell overloads apart."""
    found = [each.function_parameter for each in create.parameters]
    types = [each.arg_type for each in found if enum(each, "mode") not in _RESULTS]
    return f"({', '.join(map(plain_type, types))})"


def plain_type(type_name: Node) -> str:
    """Return a type as it can be written, without its modifiers."""
    ref = type_of(type_name)
    name = str(Name(ref.schema, ref.name)) if ref.schema else ref.name
    return name + ("[]" if ref.array else "")


_RESULTS = frozenset({"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"})


def routine_body(kind: str, node: Node) -> Body | None:
    """Return the body that a DO block or a CREATE FUNCTION holds as a string."""
    match kind:
        case "do_stmt":
            found = options(node.args)
            default = "plpgsql"
        case "create_function_stmt":
            found = options(node.options)
            default = "sql"
        case _:
            return None
    if "as" not in found:
        return None
    language = value(found["language"]).lower() if "language" in found else default
    held = found["as"].arg
    if held.WhichOneof("node") == "list":
        texts = strings(held.list.items)
        return Body(language, texts[0]) if len(texts) == 1 else None
    return Body(language, held.string.sval)


def made(kind: str, node: Node) -> Name | None:
    """Return the relation that a statement makes."""
    if kind == "select_stmt" and not node.HasField("into_clause"):
        return None
    if kind == "index_stmt":
        return Name(relation(node.relation).schema, node.idxname) if node.idxname else None
    find = _MADE.get(kind)
    return relation(find(node)) if find else None


def renamed(kind: str, node: Node) -> tuple[Name, Name] | None:
    """Return the old and the new name of a relation that gets another name or schema."""
    if kind == "alter_object_schema_stmt" and node.HasField("relation"):
        old = relation(node.relation)
        return old, Name(node.newschema, old.name)
    if kind == "rename_stmt" and enum(node, "rename_type") in _RELATIONS:
        old = relation(node.relation)
        return old, Name(old.schema, node.newname)
    return None


_RELATIONS = frozenset(
    {
        "OBJECT_FOREIGN_TABLE",
        "OBJECT_INDEX",
        "OBJECT_MATVIEW",
        "OBJECT_SEQUENCE",
        "OBJECT_TABLE",
        "OBJECT_VIEW",
    }
)


_MADE: Mapping[str, Callable[[Node], Node]] = {
    "create_stmt": attrgetter("relation"),
    "create_foreign_table_stmt": attrgetter("base_stmt.relation"),
    "create_table_as_stmt": attrgetter("into.rel"),
    "view_stmt": attrgetter("view"),
    "create_seq_stmt": attrgetter("sequence"),
    "composite_type_stmt": attrgetter("typevar"),
    "select_stmt": attrgetter("into_clause.rel"),
}
