"""The comparison of two catalogs."""

from __future__ import annotations

import ast
from pathlib import Path

import airlock.diff
from airlock.diff.compare import Added, Changed, Removed, compare
from airlock.kinds import registry
from airlock.kinds.policy import Policy
from airlock.kinds.schema import Schema
from airlock.model.catalog import EMPTY, catalog_of
from airlock.model.node import Id


def policy(name: str, using: str | None = "true") -> Policy:
    return Policy(
        id=Id("policy", ("public", "users", name)),
        command="select",
        permissive=True,
        roles=("public",),
        using=using,
        check=None,
    )


def test_a_catalog_does_not_differ_from_itself() -> None:
    catalog = catalog_of([policy("one"), policy("two")])
    assert list(compare(catalog, catalog)) == []


def test_each_sort_of_difference_is_told() -> None:
    schema = Schema(id=Id("schema", ("app",)))
    old = catalog_of([policy("stays"), policy("goes"), policy("changes", "false")])
    new = catalog_of([policy("stays"), policy("changes"), schema])
    removed, changed, added = sorted(compare(old, new), key=lambda c: type(c).__name__)[::-1]
    assert removed == Removed(node=policy("goes"))
    assert changed == Changed(
        old=policy("changes", "false"), new=policy("changes"), attributes=frozenset({"using"})
    )
    assert added == Added(node=schema)
    assert list(compare(EMPTY, new)) == [Added(node=new.nodes[id]) for id in sorted(new.nodes)]


def test_the_comparison_knows_no_kind() -> None:
    names = set(registry())
    for path in Path(airlock.diff.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        words |= {
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
        assert not words & names, path.name
        imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert not any((module or "").startswith("airlock.kinds") for module in imported)
