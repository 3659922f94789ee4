"""Snapshots: what is written is read again, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airlock.kinds import registry
from airlock.model.catalog import EMPTY, Catalog, catalog_of
from airlock.model.fingerprint import fingerprint
from airlock.model.node import Id
from airlock.model.shape import shape
from airlock.server.address import Address
from airlock.server.connect import connect
from airlock.sources.live import read_catalog
from airlock.sources.snapshot import _RESERVED, BadSnapshot, _decoder, read, write

S = '"Shop ""one"""'
SCHEMA = f"""
    create schema {S};
    create table {S}.items (
      id bigint generated always as identity primary key,
      name text not null default 'x' check (name <> ''),
      unique (name)
    );
    create view {S}.named as select name from {S}.items;
    comment on column {S}.items.name is E'two\\nlines, and 日本語';
    create table {S}.days (d date) partition by range (d);
    create table {S}.day_1 partition of {S}.days
      for values from ('2026-01-01') to ('2026-01-02');
    create function {S}.f() returns trigger language plpgsql as
      'begin return new; end';
    create trigger t before insert on {S}.items
      for each row execute function {S}.f();
"""


@pytest.fixture
def shop(empty_database: Address) -> Iterator[Catalog]:
    with connect(empty_database) as session:
        session.execute(SCHEMA)
        yield read_catalog(session)


def test_nothing_is_lost(shop: Catalog) -> None:
    found = read(write(shop), shown="s.json")
    assert dict(found.nodes) == dict(shop.nodes)
    assert dict(found.edges) == dict(shop.edges)
    assert {id: ids for id, ids in shop.autos.items() if ids} == dict(found.autos)
    assert (found.major, found.role, found.unmodelled) == (shop.major, shop.role, shop.unmodelled)
    assert found == shop
    assert write(found) == write(shop)


def test_the_platform_goes_through_too(supabase_database: Address) -> None:
    with connect(supabase_database) as session:
        catalog = read_catalog(session)
    assert read(write(catalog), shown="s.json") == catalog


def test_an_empty_schema() -> None:
    assert read(write(EMPTY), shown="s.json") == EMPTY


def test_every_field_of_every_kind_has_a_form() -> None:
    for spec in registry().values():
        for field in shape(spec.node):
            assert callable(_decoder(field.hint)), f"{spec.name}.{field.name}"
            assert field.name not in _RESERVED, f"{spec.name}.{field.name} has another meaning"


def test_one_object_stands_on_one_line(shop: Catalog) -> None:
    lines = write(shop).splitlines()
    assert sum(line.startswith("   {") for line in lines) == len(shop)
    assert all(json.loads(line.rstrip(",")) for line in lines if line.startswith("   {"))


def test_the_fingerprint_is_inside(shop: Catalog) -> None:
    assert json.loads(write(shop))["fingerprint"] == fingerprint(shop)


def test_unmodelled_objects_are_kept() -> None:
    catalog = catalog_of((), major=17, role="x", unmodelled=("access method b", "a"))
    assert read(write(catalog), shown="s.json").unmodelled == ("a", "access method b")


def _edited(text: str) -> str:
    return text.replace('"not_null": true', '"not_null": false', 1)


def _with_edge(text: str) -> str:
    tree = json.loads(text)
    tree["objects"]["table"][0]["on"] = [["schema", "elsewhere"]]
    return json.dumps(tree)


def _unknown_kind(text: str) -> str:
    return text.replace('"objects": {', '"objects": {\n"gadget": [{"name": ["a"]}],', 1)


def _unknown_field(text: str) -> str:
    return text.replace('"not_null": true', '"gleam": 1', 1)


def _newer_field(text: str) -> str:
    return text.replace('  "column": ["', '  "column": ["gleam", "', 1)


def _older_field(text: str) -> str:
    return text.replace('"identity", ', "", 1)


def _without_field(text: str) -> str:
    tree = json.loads(text)
    del tree["objects"]["column"][0]["position"]
    return json.dumps(tree)


def _wrong_type(text: str) -> str:
    return text.replace('"not_null": true', '"not_null": "yes"', 1)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text[: len(text) // 2], "is cut off"),
        (lambda text: text[:40], "is cut off"),
        (lambda text: "", "is no snapshot"),
        (lambda text: "{}", "is no snapshot"),
        (lambda text: "[]", "is no snapshot"),
        (lambda text: "[" * 200_000, "is no snapshot"),
        (lambda text: "create table t ();", "is no snapshot"),
        (lambda text: text.replace('"format": 1', '"format": 2'), "newer version"),
        (lambda text: text.replace('"format": 1', '"format": "1"'), "newer version"),
        (lambda text: text.replace('"major": 18', "<<<<<<< a\n=======\n>>>>>>> b"), "conflict"),
        (_edited, "edited or merged"),
        (_with_edge, "edited or merged"),
        (_unknown_kind, "newer version"),
        (_unknown_field, "was edited"),
        (_newer_field, "newer version"),
        (_older_field, "older version"),
        (_without_field, "was edited"),
        (_wrong_type, "was edited"),
        (lambda text: text.replace('"fingerprint": "1:', '"fingerprint": "1:0'), "edited"),
        (lambda text: text.replace('"checksum": "', '"checksum": "0'), "edited"),
    ],
)
def test_what_is_no_whole_snapshot_is_refused(
    spoil: Callable[[str], str], said: str, shop: Catalog
) -> None:
    text = write(shop)
    spoilt = spoil(text)
    assert spoilt != text
    with pytest.raises(BadSnapshot, match=said) as caught:
        read(spoilt, shown="schema.json")
    assert caught.value.message.startswith("schema.json ")
    assert caught.value.hint


def test_layout_is_no_edit(shop: Catalog, tmp_path: Path) -> None:
    indented = json.dumps(json.loads(write(shop)), indent=4)
    assert read(indented, shown="s.json") == shop
    assert read(write(shop).replace("\n", "\r\n"), shown="s.json") == shop


def test_a_fingerprint_of_another_formula_says_nothing(shop: Catalog) -> None:
    text = write(shop).replace('"fingerprint": "1:', '"fingerprint": "0:')
    assert read(text, shown="s.json") == shop


def test_an_address_inside_a_line_starts_with_its_kind(shop: Catalog) -> None:
    tree = json.loads(write(shop))
    parents = [line["parent"] for line in tree["objects"]["column"]]
    assert ["table", 'Shop "one"', "items"] in parents
    assert Id("table", ('Shop "one"', "items")) in shop
