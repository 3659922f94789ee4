"""Whether an expression may give each row another value, so that a default of it fills every row.

Postgres keeps a default that gives all rows the same in the catalog; what is volatile it has to
work out and write, row by row (PostgreSQL manual, ALTER TABLE, notes).
"""

from __future__ import annotations

from airlock.checks.act import Act
from airlock.checks.syntax import called, options, qualified, value
from airlock.kinds.routine import Routine
from airlock.sources.sqltext import Node, walk

_SAME = """
    abs array_append array_cat array_fill array_length array_prepend array_remove array_to_json
    array_to_string ascii btrim ceil ceiling char_length chr concat concat_ws convert_from
    convert_to current_database current_schema current_setting date_bin date_part date_trunc
    datemultirange daterange decode div encode exp extract floor format initcap int4multirange
    int4range int8range interval isfinite json_build_array json_build_object json_object
    jsonb_build_array jsonb_build_object jsonb_object jsonb_set jsonb_strip_nulls justify_days left
    length ln log lower lpad ltrim make_date make_interval make_time make_timestamp
    make_timestamptz md5 mod now numrange overlay pg_backend_pid pi position power
    quote_ident quote_literal regexp_replace repeat replace reverse right round row_to_json rpad
    rtrim session_user sha256 sha512 sign split_part sqrt statement_timestamp string_to_array
    strpos substr substring timezone to_char to_date to_hex to_json to_jsonb to_number to_timestamp
    to_tsvector transaction_timestamp translate trim trunc tsrange tstzrange txid_current upper
    user version xmlelement
"""
_STABLE = frozenset(_SAME.split())
"""Functions of Postgres that a default may call and that give one statement one value."""
_ALONE = frozenset({"now", "statement_timestamp", "transaction_timestamp"})
"""Those that take nothing: with an argument they are somebody else's."""
_AUTH = frozenset({"uid", "jwt", "role", "email"})
"""Those of Supabase's schema auth."""


def volatile_call(act: Act, expression: Node) -> str | None:
    """Return a function that an expression calls and that is not known to be the same for all."""
    for kind, node in walk(expression):
        if kind == "FuncCall" and not _is_stable(act, node):
            return ".".join(called(node))
    return None


def _is_stable(act: Act, call: Node) -> bool:
    match called(call):
        case (name,) if name in _STABLE and not (call.args and name in _ALONE):
            return True
        case ("auth", name) if name in _AUTH:
            return True
    return _is_declared_stable(act, qualified(call.funcname))


def _is_declared_stable(act: Act, name: tuple[str, ...]) -> bool:
    """Whether the file, or what was there before, says so of each function of that name."""
    said = [
        value(found["volatility"])
        if (found := options(each.node.options)).get("volatility")
        else ""
        for each in act.before
        if each.kind == "create_function_stmt" and qualified(each.node.funcname) == name
    ]
    if act.context.before is not None:
        said += [
            node.volatility
            for node in act.context.before
            if isinstance(node, Routine) and node.id.path[:2] == name
        ]
    return bool(said) and all(each in {"stable", "immutable", "s", "i"} for each in said)
