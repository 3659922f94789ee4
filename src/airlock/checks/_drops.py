"""What a DROP takes away, and whether the same file makes it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from airlock.checks.act import Act, File, remembered
from airlock.checks.syntax import Name, enum, kind_of, made, qualified, relation, strings
from airlock.model.node import Id
from airlock.sources.sqltext import Node


class Dropped(NamedTuple):
    """One object of a DROP."""

    sort: str
    """`table`, `materialized view`, `function`."""
    name: Name
    """Of a trigger, a policy or a rule: its table."""
    own: str = ""
    """The name of such a one."""


_SORTS = {
    "OBJECT_TABLE": "table",
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_INDEX": "index",
    "OBJECT_SCHEMA": "schema",
    "OBJECT_TYPE": "type",
    "OBJECT_DOMAIN": "domain",
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "procedure",
    "OBJECT_ROUTINE": "routine",
    "OBJECT_AGGREGATE": "aggregate",
    "OBJECT_TRIGGER": "trigger",
    "OBJECT_POLICY": "policy",
    "OBJECT_RULE": "rule",
    "OBJECT_EXTENSION": "extension",
}
_ON_A_TABLE = frozenset({"trigger", "policy", "rule"})
_KINDS = {"type": ("enum", "composite type", "range type", "domain"), "domain": ("domain",)}
"""The kinds of the catalog that a word covers, where it is not one itself."""


def dropped(act: Act, *sorts: str) -> Iterator[Dropped]:
    """Yield what a DROP takes away, of some sorts or of all that are known.

    What is dropped IF EXISTS and is known not to be there is left out.
    """
    if act.kind != "drop_stmt":
        return
    sort = _SORTS.get(enum(act.node, "remove_type"), "")
    if not sort or (sorts and sort not in sorts):
        return
    for each in act.node.objects:
        found = _named(sort, each)
        if not (act.node.missing_ok and is_known_missing(act, found)):
            yield found


def _named(sort: str, node: Node) -> Dropped:
    match kind_of(node):
        case "string":
            return Dropped(sort, Name("", node.string.sval))
        case "type_name":
            return Dropped(sort, qualified(node.type_name.names))
        case "object_with_args":
            return Dropped(sort, qualified(node.object_with_args.objname))
        case _ if sort in _ON_A_TABLE:
            *parts, last = node.list.items
            return Dropped(sort, qualified(parts), *strings([last]))
        case _:
            return Dropped(sort, qualified(node.list.items))


def is_known_missing(act: Act, found: Dropped) -> bool:
    """Whether neither the schema before all pending files has it, nor the file makes it."""
    catalog = act.context.before
    if catalog is None or found.sort in {"function", "procedure", "routine", "aggregate"}:
        return False
    path = (*found.name, found.own) if found.own else tuple(part for part in found.name if part)
    kinds = _KINDS.get(found.sort, (found.sort,))
    return not any(Id(kind, path) in catalog for kind in kinds) and not act.is_new(found.name)


def is_cascading(node: Node) -> bool:
    """Whether a DROP, or a command of an ALTER TABLE, says CASCADE."""
    return enum(node, "behavior") == "DROP_CASCADE"


def is_made_again(act: Act, found: Dropped) -> bool:
    """Whether the file makes something of the same name after the act."""
    return _last(act, found) > act.index


def is_made_before(act: Act, name: Name) -> bool:
    """Whether the file has made a type, a routine or a relation of that name before the act."""
    first, _ = _makings(act.file).get(name, (act.index, 0))
    return first < act.index


def is_dropped_after(act: Act, name: Name) -> bool:
    """Whether the file drops the relation later on, and all that belongs to it."""
    return _goners(act.file).get(name, -1) > act.index


@remembered
def _goners(file: File) -> Mapping[Name, int]:
    """Return the tables and views that a file drops, and the last act that does."""
    return {
        each.name: act.index
        for act in file.acts
        if act.runs
        for each in dropped(act, "table", "view", "materialized view", "foreign table")
    }


def _last(act: Act, found: Dropped) -> int:
    made_here = _makings(act.file)
    keys: tuple[object, ...] = ((found.name, found.own),) if found.own else (found.name,)
    return max((made_here[key][1] for key in keys if key in made_here), default=-1)


@remembered
def _makings(file: File) -> Mapping[object, tuple[int, int]]:
    """Return what a file makes, triggers with their tables, and its first and last act for it."""
    found: dict[object, tuple[int, int]] = {}
    for act in file.acts:
        if act.runs and (key := _made(act)):
            found[key] = (found.get(key, (act.index, 0))[0], act.index)
    return found


def _made(act: Act) -> object:
    node = act.node
    if act.kind == "create_trig_stmt":
        return relation(node.relation), node.trigname
    if act.kind == "rename_stmt":
        return Name(_renamed(node).schema, node.newname)
    if field := _NAMED_BY.get(act.kind):
        return qualified(getattr(node, field))
    return made(act.kind, node)


def _renamed(node: Node) -> Name:
    """Return what a RENAME calls otherwise; of a column, its table."""
    if node.HasField("relation"):
        return relation(node.relation)
    match kind_of(node.object):
        case "object_with_args":
            return qualified(node.object.object_with_args.objname)
        case "list":
            return qualified(node.object.list.items)
        case _:
            return Name("", "")


_NAMED_BY = {
    "create_function_stmt": "funcname",
    "create_enum_stmt": "type_name",
    "create_range_stmt": "type_name",
    "create_domain_stmt": "domainname",
    "define_stmt": "defnames",
}
"""The field that holds the name of what is made, where that is no relation."""
