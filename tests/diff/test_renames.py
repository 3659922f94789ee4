"""Renames: what can be one, and who has to say so."""

from __future__ import annotations

from airlock.diff.renames import Hint, Rename, candidates, confirmed, hints
from airlock.kinds.policy import Policy
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.node import Id

TABLE = Id("table", ("public", "users"))


def catalog(*names: str, using: str = "true") -> Catalog:
    return catalog_of(
        Policy(
            id=Id("policy", ("public", "users", name)),
            command="all",
            permissive=True,
            roles=("public",),
            using=using,
            check=None,
        )
        for name in names
    )


def rename(old: str, new: str) -> Rename:
    return Rename(
        old=Id("policy", ("public", "users", old)), new=Id("policy", ("public", "users", new))
    )


def test_one_that_went_and_one_that_came_of_the_same_shape_are_a_candidate() -> None:
    assert candidates(catalog("a", "kept"), catalog("b", "kept"), {"policy"}) == (rename("a", "b"),)


def test_two_of_one_shape_are_none() -> None:
    assert candidates(catalog("a"), catalog("b", "c"), {"policy"}) == ()
    assert candidates(catalog("a", "b"), catalog("c"), {"policy"}) == ()


def test_another_shape_is_none() -> None:
    assert candidates(catalog("a"), catalog("b", using="false"), {"policy"}) == ()


def test_a_kind_that_cannot_be_renamed_is_none() -> None:
    assert candidates(catalog("a"), catalog("b"), {"table"}) == ()


def test_a_hint_stands_on_its_line_or_above_it() -> None:
    text = 'create table t (\n  mail text, -- airlock: renamed from "E-Mail"\n'
    text += "  -- airlock: renamed from handle\n  nick text\n);"
    assert hints(text) == (
        Hint(name="E-Mail", line="  mail text, "),
        Hint(name="handle", line="  nick text"),
    )


def test_a_candidate_counts_only_with_a_hint_of_both_names() -> None:
    found = (rename("a", "b"),)
    assert confirmed(found, [Hint(name="a", line="  b text,")]) == found
    assert confirmed(found, [Hint(name="a", line="  c text,")]) == ()
    assert confirmed(found, [Hint(name="c", line="  b text,")]) == ()
    assert confirmed(found, []) == ()
