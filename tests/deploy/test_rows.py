from __future__ import annotations

import pytest

from airlock.deploy.rows import Filled, fill
from airlock.deploy.samples import constants_of
from airlock.model.node import Id
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.connect import DatabaseError, Session, connect
from airlock.server.databases import Databases


def filled(address: Address, sql: str) -> tuple[Filled, dict[str, int], dict[str, str]]:
    """Return what came of filling a schema: rows by table, reasons by table."""
    with connect(address, acting=False) as session:
        session.execute(sql)
        found = fill(session)
    rows = {id.path[-1]: number for id, number in found.rows}
    return found, rows, {id.path[-1]: why for id, why in found.empty}


def fetch(address: Address, sql: str) -> list[tuple[object, ...]]:
    with connect(address, acting=False) as session:
        return session.fetch(sql)


def test_every_type_has_a_value(empty_database: Address) -> None:
    with connect(empty_database, acting=False) as session:
        names = session.fetch(
            "select format_type(oid, null) from pg_type"
            " where typnamespace = 'pg_catalog'::regnamespace and typtype in ('b', 'r', 'm')"
            " and typarray <> 0 and typcategory not in ('A', 'Z')"
            " and typname not in ('aclitem', 'gtsvector', 'refcursor', 'xml')"
            " and typname not like 'reg%' and typname not like 'pg_%_list'"
        )
        names += [(f"reg{name}",) for name in ("class", "type", "proc", "role", "namespace")]
        names.append(('"char"',))
        for number, (name,) in enumerate(names):
            session.execute(f"create table t{number} (a {name} not null, b {name}[] not null)")
        found = fill(session)
    assert [names[int(id.path[-1][1:])] for id, _ in found.empty] == []
    assert len(found.rows) == len(names) > 50


def test_types_of_the_users_own_have_values(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create type mood as enum ('sad', 'ok');
        create type place as (x int, label text);
        create type span as range (subtype = float8);
        create domain email as text check (value ~ '^[a-z]+@[a-z.]+$');
        create domain share as numeric(5, 2) not null check (value between 20 and 30);
        create table t (
          a mood not null, b place not null, c span not null, d email not null, e share,
          f mood[] not null, g email[] not null, h spanmultirange not null, i place[] not null
        );
        """.replace("spanmultirange", "multispan").replace(
            "(subtype = float8)", "(subtype = float8, multirange_type_name = multispan)"
        ),
    )
    assert rows == {"t": 3}, empty


@pytest.mark.parametrize(
    "column",
    [
        "a text check (a in ('x', 'y'))",
        "a text check (length(a) = 12)",
        "a varchar(20) check (length(a) > 15)",
        "a text check (a ~ '^#[0-9a-f]{6}$')",
        "a text check (a like 'https://%')",
        "a char(2) check (a ~ '^[A-Z]{2}$')",
        "a int check (a between 100 and 120)",
        "a int check (a < 0)",
        "a numeric check (a >= 0.75 and a <= 0.8)",
        "a jsonb check (jsonb_typeof(a) = 'array')",
        "a int[] check (cardinality(a) = 4)",
        "a timestamptz check (a > '2100-01-01')",
        "a numeric(3, 3)",
        "a varchar(1)",
        "a bit(3)",
        "a int, b int, check (a > b)",
        "a date, b date, check (b > a)",
        "a date check (a < '2010-01-01'), b text check (b = 'z')",
    ],
)
def test_checks_are_satisfied(empty_database: Address, column: str) -> None:
    _, rows, empty = filled(empty_database, f"create table t (id int primary key, {column})")
    assert rows == {"t": 3}, empty
    (nulls,) = fetch(empty_database, "select count(*) from t where a is null")
    assert nulls == (0,)


def test_what_cannot_be_satisfied_stays_empty_and_says_why(empty_database: Address) -> None:
    found, rows, empty = filled(
        empty_database,
        "create table never (a int check (a > 5 and a < 3)); create table other (a int)",
    )
    assert rows == {"other": 3}
    assert "never_a_check" in empty["never"]
    assert found.empty[0][0] == Id("table", ("public", "never"))


def test_a_type_without_known_values_is_named(empty_database: Address) -> None:
    _, _, empty = filled(empty_database, "create table t (a pg_node_tree not null)")
    assert '"a"' in empty["t"]


def test_values_differ_where_they_have_to(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create table t (
          a int unique, b text unique, c uuid primary key, d varchar(1) unique,
          e int4range, exclude using gist (e with &&)
        );
        create unique index on t (lower(b));
        create table few (a bool unique);
        """,
    )
    assert rows == {"t": 3, "few": 2}, empty


def test_foreign_keys_hold(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create table z_parent (
          id bigint generated always as identity primary key, code text unique
        );
        create table pair (a int, b int, primary key (a, b));
        create table child (
          id int primary key, up bigint not null unique references z_parent, a int, b int,
          by_code text not null references z_parent (code),
          foreign key (a, b) references pair
        );
        create table many (
          l bigint references z_parent, r int references child, primary key (l, r)
        );
        create table tree (id int primary key, up int not null references tree);
        create table ring_a (id int primary key, other int not null);
        create table ring_b (id int primary key, other int not null references ring_a);
        alter table ring_a add foreign key (other) references ring_b;
        create table loose (
          id int generated always as identity primary key, up int references loose
        );
        """,
    )
    assert set(rows.values()) == {3}, empty
    with connect(empty_database, acting=False) as session:
        for table, name, text in session.fetch(
            "select conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " from pg_constraint where contype = 'f'"
        ):
            session.execute(f"alter table {table} drop constraint {name}")
            session.execute(f"alter table {table} add constraint {name} {text}")


def test_rows_whose_keys_hang_loose_are_taken_back(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create table here (id int generated always as identity primary key, other uuid not null);
        create table there (id uuid primary key default gen_random_uuid(),
          other int not null references here, check (id <> '00000000-0000-4000-8000-000000000001'));
        alter table here add foreign key (other) references there;
        """,
    )
    (orphans,) = fetch(
        empty_database, "select count(*) from here where other not in (select id from there)"
    )
    assert orphans == (0,)
    assert not empty or "need each other" in str(empty)
    assert rows or empty


def test_partitions_get_rows_that_fit(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create table by_list (region text, id int, primary key (region, id))
          partition by list (region);
        create table by_list_eu partition of by_list for values in ('e''u', 'ch');
        create table by_list_rest partition of by_list default;
        create table by_range (day date not null, n int not null, kind text)
          partition by range (day, n);
        create table by_range_20 partition of by_range
          for values from ('2020-01-01', minvalue) to ('2021-01-01', 10);
        create table by_range_old partition of by_range
          for values from (minvalue, minvalue) to ('2020-01-01', minvalue)
          partition by list (kind);
        create table by_range_old_q partition of by_range_old for values in ('q');
        create table by_hash (id int primary key) partition by hash (id);
        create table by_hash_0 partition of by_hash for values with (modulus 2, remainder 0);
        create table by_hash_1 partition of by_hash for values with (modulus 2, remainder 1);
        create table points (region text, id int, foreign key (region, id) references by_list);
        """,
    )
    assert not empty
    assert rows["by_list"] == rows["by_list_eu"] + rows["by_list_rest"]
    assert rows["by_hash"] == rows["by_hash_0"] + rows["by_hash_1"]


def test_a_partition_that_no_row_fits_is_named(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create table p (a text) partition by range (substr(a, 4));
        create table p_1 partition of p for values from ('zzz') to ('zzzz');
        """,
    )
    assert not rows
    assert set(empty) == {"p", "p_1"}


def test_nothing_of_the_users_runs(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create table t (a int);
        create function refuse() returns trigger language plpgsql as $$
          begin raise exception 'no'; end $$;
        create trigger refuse before insert on t for each row execute function refuse();
        create table u (a int);
        create rule nothing as on insert to u do instead nothing;
        alter table t enable row level security, force row level security;
        """,
    )
    assert rows == {"t": 3, "u": 3}, empty


def test_the_session_is_as_it_was(empty_database: Address) -> None:
    with connect(empty_database, acting=False) as session:
        fill(session)
        assert session.fetch("show session_replication_role") == [("origin",)]
        assert session.fetch("show statement_timeout") == [("0",)]


def test_only_a_superuser_fills(empty_database: Address) -> None:
    with connect(empty_database) as session:
        session.act_as("anon")
        with pytest.raises(DatabaseError) as caught:
            fill(session)
    assert caught.value.sqlstate == "42501"


def test_odd_names_and_no_columns(empty_database: Address) -> None:
    _, rows, empty = filled(
        empty_database,
        """
        create schema "odd ""s";
        create table "odd ""s"."Se'lect" ("from" int check ("from" > 1000), "a.b" text);
        create table nothing ();
        create table only_made (id int generated always as identity, b int generated always as (1)
          stored);
        """,
    )
    assert rows == {"Se'lect": 3, "nothing": 3, "only_made": 3}, empty


def test_only_what_is_wanted_is_filled_with_what_it_needs(empty_database: Address) -> None:
    with connect(empty_database, acting=False) as session:
        session.execute(
            "create table a (id int primary key); create table b (a int not null references a);"
            "create table c (id int)"
        )
        found = fill(session, tables=[Id("table", ("public", "b"))])
    assert {id.path[-1] for id, _ in found.rows} == {"a", "b"}


def test_a_slow_default_does_not_hold_up_the_rest(
    empty_database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_settings(), "statement_timeout", "'200ms'")
    _, rows, empty = filled(
        empty_database,
        "create table slow (a int check (pg_sleep(5) is null)); create table quick (a int)",
    )
    assert rows == {"quick": 3}
    assert "timeout" in empty["slow"]


def _settings() -> dict[str, str]:
    from airlock.deploy import rows

    return rows._SETTINGS


def test_the_platforms_tables_can_be_filled(databases: Databases) -> None:
    template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
    with databases.shadow(template) as name:
        address = databases.cluster.address(name, label="shadow")
        with connect(address, acting=False) as session:
            session.execute(
                "create table public.profiles (id uuid primary key references auth.users,"
                " handle text not null check (handle ~ '^[a-z]{3,}$'))"
            )
            found = fill(session, tables=[Id("table", ("public", "profiles"))])
            assert _number(session, "auth.users") == 3
    assert dict(found.rows)[Id("table", ("public", "profiles"))] == 3


def _number(session: Session, table: str) -> int:
    return int(session.fetch(f"select count(*) from {table}")[0][0])


def test_constants_become_candidates() -> None:
    assert "'x'" in constants_of(["CHECK ((a = 'x'::text))"], ["'arow'"])
    assert "repeat('a', 8)" in constants_of(["CHECK ((length(a) >= 8))"], ["'arow'"])
    assert "9" in constants_of(["CHECK ((a > 8))"], ["1"])
    assert constants_of([], ["1"]) == ()
