"""The page on what Airlock knows of a schema, made from the registry of kinds."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Iterator
from typing import Any

from airlock.kinds import registry
from airlock.kinds._spec import KindSpec
from airlock.model.node import OnChange, attributes, late_attributes
from airlock.model.step import Lock, Verb
from airlock.sources import unmodelled

OLDEST = 14
WAYS = {
    OnChange.ALTER: "altered in place",
    OnChange.RETYPE: "altered in place; what uses the column is rebuilt around it",
    OnChange.REPLACE: "dropped and created anew",
}


def kinds_page(made: str) -> str:
    """Return the page; `made` is the note that says where it comes from."""
    specs = list(registry().values())
    return "".join(
        [
            made,
            "# What Airlock knows of a schema\n\n",
            _opening(len(specs)),
            "\n## Kinds\n\n",
            "| kind | since | created | altered | dropped |\n| --- | --- | --- | --- | --- |\n",
            *(_row(spec) for spec in sorted(specs, key=lambda spec: spec.name)),
            "\n## What is not modelled\n\n",
            f"{inspect.cleandoc(unmodelled.__doc__ or '')}\n",
            *(_section(spec) for spec in sorted(specs, key=lambda spec: spec.name)),
        ]
    )


def _opening(number: int) -> str:
    return (
        f"A catalog holds objects of {number} kinds. Each kind is one file under "
        "`src/airlock/kinds/`, found by its place there: the query that reads it, what a change "
        "of each attribute means, and the SQL of every verb with its lock. To add an attribute, "
        "add a field, its column in the query and its place in the SQL, and a case directory "
        "under `tests/kinds/cases/`.\n\n"
        "The table says what locks a relation that was there before the plan; an empty cell takes "
        "none that others notice. Long work runs with weaker locks in a plan of style `online`.\n"
    )


def _row(spec: KindSpec[Any]) -> str:
    cells = [_lock(spec.locks.get(verb)) for verb in Verb]
    since = "" if spec.since <= OLDEST else str(spec.since)
    anchor = spec.name.replace(" ", "-")
    return f"| [{spec.name}](#{anchor}) | {since} | {' | '.join(cells)} |\n"


def _lock(lock: Lock | None) -> str:
    return lock.sql if lock else ""


def _section(spec: KindSpec[Any]) -> str:
    module = inspect.getmodule(spec.load)
    assert module is not None
    said = inspect.cleandoc(module.__doc__ or "")
    rows = "".join(_attribute(*each) for each in _attributes(spec))
    table = f"\n| attribute | a change |\n| --- | --- |\n{rows}" if rows else ""
    return f"\n## {spec.name}\n\n{said}\n{table}"


def _attribute(name: str, way: str, doc: str) -> str:
    shown = f"`{name}`: {doc}" if doc else f"`{name}`"
    return f"| {shown.replace('|', chr(92) + '|')} | {way} |\n"


def _attributes(spec: KindSpec[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each attribute that counts, with what a change means and what stands below it."""
    docs, late = _field_docs(spec.node), late_attributes(spec.node)
    for name, how in attributes(spec.node).items():
        since = f" (since {late[name].since})" if name in late else ""
        yield name, f"{WAYS[how]}{since}", docs.get(name, "")


def _field_docs(node: type) -> dict[str, str]:
    """Return the strings that stand below the fields of a class, each as one line."""
    tree = ast.parse(inspect.cleandoc(inspect.getsource(node)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, below in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found[field.target.id] = " ".join(below.value.value.split())
    return found
