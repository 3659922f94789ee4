"""What a file itself undoes further down: a DROP, or an OR REPLACE of the same thing."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.checks.act import Act, File, remembered
from airlock.checks.syntax import (
    PUBLIC,
    Name,
    enum,
    kind_of,
    made,
    plain_type,
    qualified,
    relation,
    signature,
    strings,
)
from airlock.sources.sqltext import Node

Key = tuple[str, Name, str]
"""The sort of an object, its relation or its own name, and what more tells it from others."""
_DROPPED = {
    "OBJECT_TABLE": "relation",
    "OBJECT_VIEW": "relation",
    "OBJECT_MATVIEW": "relation",
    "OBJECT_FOREIGN_TABLE": "relation",
    "OBJECT_FUNCTION": "routine",
    "OBJECT_PROCEDURE": "routine",
    "OBJECT_ROUTINE": "routine",
    "OBJECT_POLICY": "policy",
}


@remembered
def is_undone(act: Act) -> bool:
    """Whether its file later drops or replaces what an act makes."""
    key = _made_key(act)
    if key is None:
        return False
    found = _undone(act.file)
    whole = ("relation" if key[0] == "policy" else key[0], key[1], "")
    return any(found.get(each, -1) > act.index for each in (key, whole))


@remembered
def _undone(file: File) -> dict[Key, int]:
    """Return where a file last drops or replaces each object."""
    found: dict[Key, int] = {}
    for act in file.acts:
        if act.runs:
            for key in _ended(act):
                found[key] = act.index
    return found


def _ended(act: Act) -> Iterator[Key]:
    if act.kind in {"view_stmt", "create_function_stmt"} and act.node.replace:
        key = _made_key(act)
        if key is not None:
            yield key
    if act.kind != "drop_stmt":
        return
    sort = _DROPPED.get(enum(act.node, "remove_type"))
    for each in act.node.objects:
        match sort, kind_of(each):
            case "relation", "list":
                yield "relation", qualified(each.list.items), ""
            case "routine", "object_with_args":
                yield "routine", qualified(each.object_with_args.objname), _types(each)
            case "policy", "list":
                *path, name = strings(each.list.items)
                yield "policy", Name(path[-2] if len(path) > 1 else PUBLIC, path[-1]), name
            case _:
                pass


def _types(each: Node) -> str:
    """Return the types that DROP FUNCTION names; empty where it names none."""
    held = each.object_with_args
    if held.args_unspecified:
        return ""
    return f"({', '.join(plain_type(one.type_name) for one in held.objargs)})"


def _made_key(act: Act) -> Key | None:
    match act.kind:
        case "create_policy_stmt":
            return "policy", relation(act.node.table), act.node.policy_name
        case "create_function_stmt":
            return "routine", qualified(act.node.funcname), signature(act.node)
        case _:
            name = made(act.kind, act.node)
            return ("relation", name, "") if name else None
