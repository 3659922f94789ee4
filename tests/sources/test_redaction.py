"""Values in the schema of a protected environment: canaries in every place where one can stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from airlock.diff.compare import Changed, compare
from airlock.kinds import kind, registry
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.fingerprint import fingerprint
from airlock.model.node import Holds, Id, Node, attr, texts
from airlock.model.shape import shape as shape_of
from airlock.plan.planner import plan
from airlock.plan.script import script
from airlock.server.address import Address
from airlock.server.connect import connect
from airlock.sources import snapshot
from airlock.sources.live import read_catalog
from airlock.sources.redaction import MARKER, Vocabulary, learned, marked, redact
from airlock.sources.scope import in_scope

KEY = b"k" * 32
CANARY = re.compile(r"canary[\w-]*|7391\d{4}", re.IGNORECASE)

SCHEMA = """
create table public.t (
  id int constraint check_number check (id <> 73910001),
  a text constraint check_text check (a <> 'canary-check'),
  b text default 'canary-default',
  c text generated always as (coalesce(a, 'canary-generated')) stored,
  d bigint default 73910002,
  e text default E'canary\\\\escaped',
  exclude using btree (id with =) where (a <> 'canary-exclude')
);
create domain public.d as text default 'canary-domain-default'
  constraint known check (value <> 'canary-domain-check');
comment on table public.t is 'canary-comment';
comment on column public.t.a is 'canary-comment-column';
create type public.e as enum ('canary-label', 'canary-label-2');
create table public.of_enum (x public.e default 'canary-label');
create index index_expression on public.t ((a || 'canary-index-expression'));
create index index_predicate on public.t (a) where b = 'canary-index-predicate';
create materialized view public.m as select 'canary-matview'::text as x;
create view public.v as select 'canary-view'::text as x, 73910003 as y;
create table public.listed (k text) partition by list (k);
create table public.listed_1 partition of public.listed for values in ('canary-list');
create table public.ranged (k text) partition by range (k);
create table public.ranged_1 partition of public.ranged
  for values from ('canary-range-a') to ('canary-range-b');
create table public.by_expression (k text) partition by list ((k || 'canary-partition-key'));
create function public.f(x text default 'canary-argument') returns text language plpgsql as $f$
begin
  -- canary-line-comment
  /* canary-block /* canary-nested */ */
  execute 'select ''canary-dynamic''';
  execute $q$select canary_dollar$q$;
  raise notice 'canary-raise %', 73910004;
  return 'canary-body';
end
$f$;
create function public.s() returns text language sql begin atomic select 'canary-atomic'; end;
create function public.q() returns text language sql as 'select ''canary-sql''::text';
create procedure public.p() language sql set app.token = 'canary-setting' as '';
create function public.configured() returns int language sql
  set search_path = 'canary_path' as 'select 1';
alter table public.t enable row level security;
create policy po on public.t using (a = 'canary-using') with check (a <> 'canary-with-check');
create rule r as on insert to public.of_enum where new.x::text = 'canary-rule-when'
  do also insert into public.listed values ('canary-rule');
create statistics public.st on (a || 'canary-statistics'), b from public.t;
create function public.on_change() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before insert on public.t for each row when (new.a <> 'canary-when')
  execute function public.on_change('canary-argument-token', 'https://canary.example.com/hook');
create publication pub for table public.t where (id <> 73910005 and a <> 'canary-filter');
create aggregate public.agg(text) (sfunc = textcat, stype = text, initcond = 'canary-initcond');
create text search dictionary public.dict (template = simple, accept = false);
create foreign data wrapper w options (secret 'canary-wrapper');
create server sv type 'canary-type' version 'canary-version' foreign data wrapper w
  options (host 'canary-host', schema_name 'canary-schema-option');
create user mapping for public server sv options (password 'canary-mapping');
create foreign table public.ft (x text options (column_name 'canary-column-option')) server sv
  options (table_name 'canary-table-option', token 'canary-table-token');
create subscription sub connection 'host=canary-conninfo password=canary-subscription'
  publication canary_pub with (connect = false, slot_name = none, enabled = false);
create sequence public.numbers start 5;
create role redaction_role;
alter role redaction_role set app.token = 'canary-role-setting';
alter role redaction_role set search_path = 'canary_role_path';
grant select on public.t to redaction_role;
create user mapping for redaction_role server sv options (password 'canary-mapping-role');
create table public.i (id int generated always as identity (start 73910006));
"""

NAMED = frozenset({"canary_pub", "canary_dollar"})


def catalog_at(address: Address) -> Catalog:
    with connect(address, acting=False) as session:
        return in_scope(read_catalog(session))


@pytest.fixture
def planted(empty_database: Address) -> Iterator[Address]:
    """A database with a canary in each place; the subscription goes before the database."""
    with connect(empty_database, acting=False) as session:
        session.execute(SCHEMA)
        ((name,),) = session.fetch("select current_database()")
        session.execute(f"alter database {name} set app.jwt_secret = 'canary-database-setting'")
    yield empty_database
    with connect(empty_database, acting=False) as session:
        session.execute("drop subscription if exists sub")
        session.execute("drop owned by redaction_role cascade; drop role redaction_role")


def canaries(text: str) -> set[str]:
    return {found for found in CANARY.findall(text) if found not in NAMED}


def hide(catalog: Catalog, vocabulary: Vocabulary | None = None) -> Catalog:
    return redact(catalog, vocabulary or Vocabulary(), key=KEY).catalog


# Every place ------------------------------------------------------------------------------------


def test_no_canary_comes_out(planted: Address) -> None:
    raw = catalog_at(planted)
    assert len(canaries(snapshot.write(raw))) >= 45, "the canaries are there to be found"
    seen = hide(raw)
    text = snapshot.write(seen)
    assert canaries(text) == set()
    assert canaries(repr(seen)) == set()
    assert canaries(script(plan(catalog_of(()), seen))) == set()
    back = snapshot.read(text, shown="snapshot.json")
    assert list(compare(seen, back)) == []
    assert marked(back)


def test_two_readings_are_the_same(planted: Address) -> None:
    first, second = hide(catalog_at(planted)), hide(catalog_at(planted))
    assert fingerprint(first) == fingerprint(second)
    assert list(compare(first, second)) == []


def test_what_stands_in_the_project_is_readable(planted: Address) -> None:
    """The files say most; what Postgres prints in its own way, the project's catalog says."""
    raw = catalog_at(planted)
    files = learned([SCHEMA])
    seen = redact(raw, files, key=KEY)
    assert "canary-default" in repr(seen.catalog)
    files.learn_catalog(raw)
    seen = redact(raw, files, key=KEY)
    assert seen.hidden == ()
    assert seen.catalog is raw


def test_files_alone_say_what_postgres_does_not_rewrite(planted: Address) -> None:
    assert redact(catalog_at(planted), learned([SCHEMA]), key=KEY).hidden == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("alter table public.t alter b set default 'canary-other'", "default public.t.b"),
        ("comment on table public.t is 'canary-other'", "comment"),
        ("alter policy po on public.t using (a = 'canary-other')", "policy public.t.po"),
        ("alter type public.e rename value 'canary-label' to 'canary-other'", "enum public.e"),
        ("alter procedure public.p() set app.token = 'canary-other'", "routine"),
        (
            "create or replace view public.v as select 'canary-other'::text as x, 73910003 as y",
            "view public.v",
        ),
    ],
)
def test_a_changed_value_is_seen_to_have_changed(planted: Address, change: str, named: str) -> None:
    before = hide(catalog_at(planted))
    with connect(planted, acting=False) as session:
        session.execute(change)
    after = hide(catalog_at(planted))
    changed = [each for each in compare(before, after) if isinstance(each, Changed)]
    assert any(str(each.new.id).startswith(named) for each in changed), changed
    assert canaries(repr(changed)) == set()
    assert fingerprint(before) != fingerprint(after)


def test_another_key_gives_other_markers(planted: Address) -> None:
    raw = catalog_at(planted)
    other = redact(raw, Vocabulary(), key=b"o" * 32).catalog
    found = set(MARKER.findall(repr(other))), set(MARKER.findall(repr(hide(raw))))
    assert all(found)
    assert not found[0] & found[1]


def test_a_value_that_a_snapshot_hides_stays_hidden(planted: Address) -> None:
    """It has become known since, and is the same: that is no difference."""
    raw = catalog_at(planted)
    kept = hide(raw)
    vocabulary = learned([SCHEMA])
    vocabulary.learn_catalog(kept)
    assert list(compare(kept, hide(raw, vocabulary))) == []


def test_hiding_twice_is_hiding_once(planted: Address) -> None:
    seen = hide(catalog_at(planted))
    assert redact(seen, Vocabulary(), key=b"o" * 32).hidden == ()


# Single texts -----------------------------------------------------------------------------------


def body(text: str, *, language: str = "plpgsql", known: str = "") -> str:
    """Return a function's body as it is seen."""
    node = kind("routine").node
    values: dict[str, Any] = dict.fromkeys(texts(node), "")
    values |= dict.fromkeys(("types", "names", "mentions", "settings", "needs", "after"), ())
    values["parent"] = None
    values["definition"] = (
        f"CREATE OR REPLACE FUNCTION public.f()\n RETURNS text\n LANGUAGE {language}\n"
        f"AS $function${text}$function$"
    )
    made = node(id=Id("routine", ("public", "f", "")), **values)
    (seen,) = hide(catalog_of([made]), learned([known] if known else []))
    definition: str = vars_of(seen)["definition"]
    return definition.partition("AS ")[2].replace("$function$", "")


def vars_of(node: Node) -> dict[str, Any]:
    return {name: getattr(node, name) for name in texts(type(node))}


def shape(text: str) -> str:
    return MARKER.sub(lambda found: found[0].split(":")[1].upper(), text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("return 'a b';", "return 'TEXT';"),
        ("return 12345 + 123456;", "return 12345 + NUMBER;"),
        ("return '12345';", "return '12345';"),
        ("return '123456';", "return 'NUMBER';"),
        ("return 1234.56;", "return NUMBER;"),
        ("return '30s' || '64MB' || '999999 s';", "return '30s' || '64MB' || 'TEXT';"),
        ("return 0x1234567;", "return TEXT;"),
        ('x := "Some Name"; -- why\n', 'x := "Some Name"; -- COMMENT\n'),
        ("/* a\n b */ return '';", "/* COMMENT */ return '';"),
        ("return E'a\\nb' || $x$y$x$ || U&'z';", "return 'TEXT' || 'TEXT' || 'TEXT';"),
        ("return B'1010' || 'x';", "return B'1010' || 'TEXT';"),
        ("return 'never closed;", "return 'TEXT'"),
        ("return 'public.secret'::regclass;", "return 'TEXT'::regclass;"),
        ("return $1 || '{}';", "return $1 || '{}';"),
    ],
)
def test_what_is_hidden_of_a_body(text: str, seen: str) -> None:
    assert shape(body(text)) == seen


def test_a_body_in_another_language_is_hidden_as_a_whole() -> None:
    text = 'return "canary"  # a comment'
    assert shape(body(text, language="plpython3u")) == "'BODY'"
    known = f"create function f() returns text language plpython3u as $$ {text}$$"
    assert body(f" {text}", language="plpython3u", known=known) == f" {text}"


def test_equal_values_are_equal_wherever_they_stand() -> None:
    found = MARKER.findall(body("return 'x y'; return E'x y'; return $$x y$$; return 'z';"))
    assert len(set(found)) == 2
    assert found[0] == found[1] == found[2]


def test_constants_of_files_are_known_in_every_form() -> None:
    known = r"""
create function f() returns text language plpgsql as $$begin -- note
return 'it''s'; end$$; insert into t values ('row', 1234567); select E'tab\\t', $q$dol$q$;
create function g() returns text as 'select ''inner''' language sql;
copy t from stdin;
row-in-copy
\.
"""
    for text in ("'it''s'", "'row'", "1234567", "E'tab\\\\t'", "'dol'", "'inner'", "'1234567'"):
        assert body(f"return {text};", known=known) == f"return {text};", text
    assert body("-- note\n", known=known) == "-- note\n"
    assert "row-in-copy" not in body("return 'row-in-copy';", known=known)


# Kinds to come ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Novel(Node):
    """A kind that says nothing of its fields."""

    what: str = attr()
    pairs: tuple[tuple[str, str], ...] = attr()
    number: int = attr(default=7)


def test_a_field_that_says_nothing_is_hidden() -> None:
    made = Novel(id=Id("novel", ("n",)), what="canary-what", pairs=(("canary-a", "n"),))
    (seen,) = hide(catalog_of([made]))
    assert isinstance(seen, Novel)
    assert canaries(repr(seen)) == set()
    assert (seen.pairs[0][1], seen.number) == ("n", 7), "names and numbers stay"


def test_fields_that_hold_a_value_as_a_whole_are_known() -> None:
    """Whoever adds a text to a kind says what it is; here stand those that are values."""
    found = {
        f"{name}.{field.name}"
        for name, spec in registry().items()
        for field in shape_of(spec.node)
        if texts(spec.node)[field.name] is Holds.VALUE and "str" in str(field.hint)
    }
    assert found == {
        "aggregate.initcond",
        "aggregate.minitcond",
        "collation.rules",
        "comment.text",
        "enum.labels",
        "security label.label",
        "server.type",
        "server.version",
    }
