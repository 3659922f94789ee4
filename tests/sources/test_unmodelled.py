"""What no kind covers is named, what is part of something is not, and secrets stay unread."""

from __future__ import annotations

from contextlib import suppress

from airlock.model.catalog import Catalog
from airlock.server.address import Address
from airlock.server.connect import DatabaseError, connect
from airlock.sources.live import read_catalog

# Every server that Airlock has prepared lets the project's role set some of them.
_PARAMETERS = "privileges on parameters of the server"


def read(address: Address, sql: str, *, role: str | None = None) -> Catalog:
    with connect(address, acting=False) as session:
        session.execute(sql)
        if role is not None:
            session.act_as(role)
        return read_catalog(session)


def named(catalog: Catalog) -> list[str]:
    return [name for name in catalog.unmodelled if not name.startswith(_PARAMETERS)]


def test_objects_without_a_kind_are_named(empty_database: Address) -> None:
    found = read(
        empty_database,
        """
        create type public.mood;
        create function public.mood_in(cstring) returns public.mood
        language internal immutable strict as 'textin';
        create function public.mood_out(public.mood) returns cstring
        language internal immutable strict as 'textout';
        create type public.mood (input = public.mood_in, output = public.mood_out, like = text);
        create type public.announced;
        create table public.moods (mood public.mood, moods public.mood[]);
        create access method other_heap type table handler heap_tableam_handler;
        select lo_create(0), lo_create(0);
        """,
    )
    assert named(found) == [
        "access method other_heap",
        "base type public.mood",
        "large objects, fewer than 10",
        "shell type public.announced",
    ]


def test_parts_of_objects_and_of_extensions_are_not_named(empty_database: Address) -> None:
    found = read(
        empty_database,
        """
        create extension hstore;
        create type public.span as range (subtype = float8);
        create type public.pair as (a int, b text);
        create domain public.positive as int constraint above check (value > 0) not null;
        create table public.parents (
          id int generated always as identity primary key,
          code text unique not null,
          note text
        );
        create table public.parts (
          id int,
          parent int references public.parents,
          spans public.span[],
          constraint small check (id < 10),
          primary key (id)
        ) partition by range (id);
        create index on public.parts (parent);
        create table public.parts_low partition of public.parts for values from (0) to (5);
        create table public.children () inherits (public.parents);
        create view public.codes as select code from public.parents;
        create materialized view public.notes as select note from public.parents;
        create function public.touch() returns trigger language plpgsql
        as $$begin return new; end$$;
        create trigger touch before insert on public.parts
        for each row execute function public.touch();
        create constraint trigger late after insert on public.parents
        for each row execute function public.touch();
        create publication everything for table public.parents;
        """,
    )
    assert named(found) == []


def test_an_index_that_is_not_valid_is_named(empty_database: Address) -> None:
    with connect(empty_database, acting=False) as session:
        session.execute(
            "create table public.doubles (code text); insert into doubles values ('a'), ('a')"
        )
        with suppress(DatabaseError):
            session.execute("create unique index concurrently once on public.doubles (code)")
        found = read_catalog(session)
    assert named(found) == ["index public.once, which is not valid"]


def test_settings_are_named_without_their_values(empty_database: Address) -> None:
    found = read(
        empty_database,
        """
        do $$
        begin
          execute format('alter database %I set app.key = %L', current_database(), 'c4n4ry');
          execute format(
            'alter role anon in database %I set statement_timeout = %L', current_database(), '7s'
          );
          execute format('grant create on database %I to anon', current_database());
          execute format(
            'grant connect on database %I to anon with grant option', current_database()
          );
          execute format('revoke temporary on database %I from public', current_database());
        end
        $$
        """,
    )
    assert named(found) == [
        "privileges on the database of anon: create, connect with grant option",
        "privileges on the database of public: no temporary",
        "setting app.key of the database",
        "setting statement_timeout of role anon in the database",
    ]


def test_the_privileges_that_a_database_starts_with_are_not_named(empty_database: Address) -> None:
    """Once something was granted and revoked again, they are written down."""
    found = read(
        empty_database,
        """
        do $$
        begin
          execute format('grant create on database %I to anon', current_database());
          execute format('revoke create on database %I from anon', current_database());
        end
        $$
        """,
    )
    assert named(found) == []


_FOREIGN = """
    create foreign data wrapper files options (token 'c4n4ry', format 'csv');
    create server legacy foreign data wrapper files
    options (host 'c4n4ry.example.com', port '54321', fetch_size '100');
    create user mapping for anon server legacy options (user 'c4n4ry', password 'c4n4ry');
    create foreign table public.prices (
      sku text options (column_name 'SKU', api_key 'c4n4ry'),
      price numeric
    ) server legacy options (table_name 'prices', query 'select ''c4n4ry''');
    create subscription shop connection 'host=c4n4ry.example.com password=c4n4ry'
    publication orders with (connect = false, slot_name = none);
"""


def test_values_that_stay_on_the_server_are_named(empty_database: Address) -> None:
    try:
        found = read(empty_database, _FOREIGN)
    finally:
        with connect(empty_database, acting=False) as session:
            session.execute("drop subscription if exists shop")
    assert named(found) == [
        "connection string of subscription shop",
        "options of user mapping legacy.anon",
        "value of option api_key of column public.prices.sku",
        "value of option query of foreign table public.prices",
        "value of option token of foreign data wrapper files",
        "values of option host, port of server legacy",
    ]
    everything = "\n".join(map(repr, found))
    assert "c4n4ry" not in everything
    assert "54321" not in everything
    for plain in ("column_name=SKU", "fetch_size=100", "format=csv", "table_name=prices"):
        assert plain in everything


def test_a_reader_without_rights_sees_the_same(empty_database: Address) -> None:
    foreign = _FOREIGN.partition("    create subscription")[0]
    whole = read(empty_database, foreign)
    with connect(empty_database) as session:
        session.act_as("authenticated")
        part = read_catalog(session)
    assert part.unmodelled == whole.unmodelled
    options = [
        (str(node.id), getattr(node, "options", None))
        for catalog in (whole, part)
        for node in catalog
        if node.id.kind in {"server", "foreign table", "foreign data wrapper"}
    ]
    half = len(options) // 2
    assert options[:half] == options[half:]
