"""Settings that say how long a statement may wait or run, and where a file sets them."""

from __future__ import annotations

import re
from functools import lru_cache

from airlock.checks._locks import locked
from airlock.checks.act import Act, File
from airlock.checks.rule import Hit, Hits
from airlock.checks.syntax import called, constant, enum

_TIME = re.compile(r"\s*(?P<count>\d+(?:\.\d+)?)\s*(?P<unit>us|ms|s|min|h|d)?\s*")
_SECONDS = {"us": 1e-6, "ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86_400}
SETTING = ("variable_set_stmt", "select_stmt")
"""The kinds of act that can set something."""


def seconds(act: Act, setting: str) -> float | None:
    """Return what an act sets a timeout to, 0 where it switches it off; None where it does not."""
    if act.kind == "variable_set_stmt":
        if act.node.name != setting:
            return None
        if enum(act.node, "kind") != "VAR_SET_VALUE":
            return None
        return _seconds("".join(_value(each) for each in act.node.args))
    for call in act.nodes("FuncCall") if act.kind == "select_stmt" else ():
        given = [constant(each) or "" for each in call.args]
        if called(call) == ("set_config",) and given[:1] == [setting]:
            return _seconds(given[1])
    return None


def _value(node: object) -> str:
    found = getattr(node, "a_const", None)
    if found is None:
        return ""
    return str(found.sval.sval or found.ival.ival)


def _seconds(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    return float(found["count"]) * _SECONDS[found["unit"] or "ms"] if found else None


def unlimited(act: Act, setting: str, message: str) -> Hits:
    """Find a lock that somebody waits for, before the file has set a timeout."""
    for each in locked(act):
        if _first_set(act.file, setting) > act.index:
            yield Hit(
                message=f"{message}: it locks {each.name}",
                table=each.name,
                subject=str(each.name),
                fix=f"set {setting} = '5s';",
            )
            return


@lru_cache(maxsize=8)
def _first_set(file: File, setting: str) -> int:
    """Return the first act that sets a timeout, or a number beyond all of them."""
    for act in file.acts:
        if act.runs and act.kind in SETTING and seconds(act, setting):
            return act.index
    return len(file.acts)
