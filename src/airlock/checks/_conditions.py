"""What a policy's condition says: constants in it, who it asks about, which columns it ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from airlock.checks.syntax import called, column_of, constant, enum, inner, kind_of, strings
from airlock.sources.sqltext import Node, walk

CALLER = frozenset({("auth", "uid"), ("auth", "jwt"), ("auth", "role"), ("auth", "email")})
"""Functions that tell who calls, by what the API puts into each request."""
SETTING = ("current_setting",)
_TRUE, _FALSE = {"t", "true", "y", "yes", "on", "1"}, {"f", "false", "n", "no", "off", "0"}


_RECENT: dict[int, tuple[Node, dict[str, list[Node]]]] = {}
"""What conditions hold, by their identity; many rules ask the same few one after the other."""
_KEPT = 16


def held(condition: Node, kind: str) -> Sequence[Node]:
    """Return the nodes of a type in a condition, itself included, in order of the text."""
    known = _RECENT.get(id(condition))
    if known is None or known[0] is not condition:
        if len(_RECENT) >= _KEPT:
            _RECENT.clear()
        found: dict[str, list[Node]] = {}
        for each, node in walk(condition):
            found.setdefault(each, []).append(node)
        known = _RECENT[id(condition)] = (condition, found)
    return known[1].get(kind, ())


class Comparison(NamedTuple):
    """Two sides of an operator."""

    operator: str
    left: Node
    right: Node
    node: Node


def bare(node: Node) -> Node:
    """Look through casts and `(select …)` without a FROM around a wrapped expression."""
    while True:
        kind = kind_of(node)
        if kind == "type_cast":
            node = node.type_cast.arg
            continue
        if kind == "sub_link" and enum(node.sub_link, "sub_link_type") == "EXPR_SUBLINK":
            select = node.sub_link.subselect.select_stmt
            if len(select.target_list) == 1 and not select.from_clause:
                node = select.target_list[0].res_target.val
                continue
        return node


def call_name(node: Node) -> tuple[str, ...]:
    """Return the name of the function that an expression is a call of; empty for any other."""
    node = bare(node)
    return called(node.func_call) if kind_of(node) == "func_call" else ()


def column_name(node: Node) -> tuple[str, ...]:
    """Return the dotted name that an expression is; empty for any other."""
    node = bare(node)
    return column_of(node.column_ref) if kind_of(node) == "column_ref" else ()


def is_literal(node: Node) -> bool:
    """Whether an expression is a constant that is written out, and not NULL."""
    node = bare(node)
    return kind_of(node) == "a_const" and not node.a_const.isnull


def comparison(node: Node) -> Comparison | None:
    """Return the two sides of an expression that is an operator between two."""
    if kind_of(node) != "a_expr":
        return None
    found = node.a_expr
    if enum(found, "kind") == "AEXPR_OP" and found.HasField("lexpr"):
        return Comparison(strings(found.name)[-1], found.lexpr, found.rexpr, found)
    return None


def comparisons(node: Node) -> Iterator[Comparison]:
    """Yield the operators of a condition, those of its sub-selects included."""
    for each in held(node, "A_Expr"):
        if enum(each, "kind") == "AEXPR_OP" and each.HasField("lexpr"):
            yield Comparison(strings(each.name)[-1], each.lexpr, each.rexpr, each)


def truth(node: Node) -> bool | None:
    """Return what a condition is for every row, as far as its own text tells."""
    kind = kind_of(node)
    if kind == "bool_expr":
        return _connected(node.bool_expr)
    if found := comparison(node):
        return _compared(found)
    plain = bare(node)
    if kind_of(plain) != "a_const":
        return truth(plain) if plain is not node else None
    if plain.a_const.HasField("boolval"):
        return bool(plain.a_const.boolval.boolval)
    text = (constant(plain) or "").lower()
    return True if text in _TRUE else False if text in _FALSE else None


def _connected(joint: Node) -> bool | None:
    found = [truth(each) for each in joint.args]
    match enum(joint, "boolop"):
        case "NOT_EXPR":
            return None if found[0] is None else not found[0]
        case "AND_EXPR":
            return False if False in found else True if all(found) else None
        case _:
            return True if True in found else None if None in found else False


def _compared(found: Comparison) -> bool | None:
    """Weigh a comparison of two constants, or of a column with itself."""
    if found.operator not in {"=", "<>", ">=", "<="}:
        return None
    name = column_name(found.left)
    if name and name == column_name(found.right):
        return found.operator != "<>"
    if not (is_literal(found.left) and is_literal(found.right)):
        return None
    left, right = (bare(side).a_const for side in (found.left, found.right))
    left, right = (_value(side) for side in (left, right))
    if type(left) is not type(right) or found.operator in {">=", "<="}:
        return True if left == right else None
    return (left == right) == (found.operator == "=")


def _value(plain: Node) -> object:
    match plain.WhichOneof("val"):
        case "ival":
            return int(plain.ival.ival)
        case "sval":
            return str(plain.sval.sval)
        case "boolval":
            return bool(plain.boolval.boolval)
        case "fval":
            return str(plain.fval.fval)
        case other:
            return other


def branches(node: Node, operator: str = "OR_EXPR") -> Iterator[Node]:
    """Yield what a condition joins by OR, or by AND; itself where it joins nothing."""
    if kind_of(node) == "bool_expr" and enum(node.bool_expr, "boolop") == operator:
        for each in node.bool_expr.args:
            yield from branches(each, operator)
    else:
        yield node


def joints(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield each AND, OR and NOT of a condition by the grammar's name."""
    for each in held(node, "BoolExpr"):
        yield enum(each, "boolop"), each


def calls(node: Node) -> Sequence[Node]:
    """Return the calls of functions in a condition."""
    return held(node, "FuncCall")


def asks_caller(node: Node) -> bool:
    """Whether a condition asks who calls, or reads a setting of the session."""
    return any(called(call) in CALLER or called(call) == SETTING for call in calls(node))


def is_caller(node: Node) -> bool:
    """Whether an expression is who calls: `auth.uid()`, or what a token or a setting says."""
    node = bare(node)
    if call_name(node) in CALLER or call_name(node) == SETTING:
        return True
    if found := comparison(node):
        return found.operator in {"->", "->>", "#>>", "#>"} and is_caller(found.left)
    if kind_of(node) == "a_expr" and enum(node.a_expr, "kind") == "AEXPR_NULLIF":
        return is_caller(node.a_expr.lexpr)
    return False


def is_signed_in(node: Node) -> bool:
    """Whether a condition asks nothing but that somebody is signed in."""
    plain = bare(node)
    if kind_of(plain) == "null_test":
        test = plain.null_test
        return enum(test, "nulltesttype") == "IS_NOT_NULL" and is_caller(test.arg)
    if found := comparison(plain):
        sides = {call_name(found.left), call_name(found.right)}
        texts = {constant(bare(found.left)), constant(bare(found.right))}
        return found.operator == "=" and ("auth", "role") in sides and "authenticated" in texts
    return False


def once(node: Node) -> frozenset[int]:
    """Return where the calls stand that are made once a statement, as `(select auth.uid())` is."""
    found: set[int] = set()
    for link in held(node, "SubLink"):
        if enum(link, "sub_link_type") == "EXPR_SUBLINK":
            select = link.subselect.select_stmt
            if not select.from_clause:
                found.update(each.location for kind, each in walk(select) if kind == "FuncCall")
    return frozenset(found)


def selects(node: Node) -> Sequence[Node]:
    """Return the sub-selects of a condition, outermost first."""
    return held(node, "SelectStmt")


def columns(node: Node, table: str) -> Iterator[tuple[str, Node]]:
    """Yield the columns of the policy's own table: outside of sub-selects, or under its name.

    Inside a sub-select a name without a table may be either's, and is not taken.
    """
    nested: set[int] = set()
    for select in selects(node):
        if select.from_clause:  # Without one, what it names is outside.
            nested.update(each.location for kind, each in walk(select) if kind == "ColumnRef")
    for each in held(node, "ColumnRef"):
        name = column_of(each)
        if each.location not in nested or name[:-1][-1:] == (table,):
            yield name[-1], each


def owners(node: Node, table: str) -> Iterator[tuple[str, Node]]:
    """Yield the columns that a condition compares with who calls: `user_id = auth.uid()`."""
    own = {each.location: name for name, each in columns(node, table)}
    for found in comparisons(node):
        if found.operator != "=":
            continue
        for side, other in ((found.left, found.right), (found.right, found.left)):
            plain = bare(side)
            if kind_of(plain) == "column_ref" and is_caller(other):
                location = plain.column_ref.location
                if location in own:
                    yield own[location], found.node


def tables(node: Node) -> Sequence[Node]:
    """Return the `RangeVar`s that a condition reads."""
    return held(node, "RangeVar")


def current_role(node: Node) -> str:
    """Return `current_user` and the like where an expression is one; else nothing."""
    plain = inner(bare(node))
    if plain is None or plain.DESCRIPTOR.name != "SQLValueFunction":
        return ""
    word = enum(plain, "op").removeprefix("SVFOP_").lower()
    return word if word in {"current_user", "session_user", "user", "current_role"} else ""


def unbound_users(node: Node, table: str) -> Iterator[Node]:
    """Yield the mentions of auth.users in an EXISTS or IN that no WHERE ties to who calls.

    A WHERE that names a column of the policy's own table ties it, too.
    """
    for link in held(node, "SubLink"):
        if enum(link, "sub_link_type") != "EXISTS_SUBLINK":
            continue
        select = link.subselect.select_stmt
        found = [
            each.range_var
            for each in select.from_clause
            if kind_of(each) == "range_var"
            and (each.range_var.schemaname, each.range_var.relname) == ("auth", "users")
        ]
        if not found or len(select.from_clause) != 1:
            continue
        where = select.where_clause
        outer = any(
            column_of(each)[:-1][-1:] == (table,)
            for kind, each in walk(where)
            if kind == "ColumnRef"
        )
        if not outer and not asks_caller(where):
            yield found[0]
