"""A migration up, down and up again: what is proved, what is refused, what it costs in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from airlock.deploy import undo
from airlock.deploy.undo import Undone, Walk, header
from airlock.model.catalog import Catalog
from airlock.model.failure import StatementRefused
from airlock.model.node import Id
from airlock.model.rollback import Grade
from airlock.plan.order import Cycle
from airlock.plan.reverse import Reverse
from airlock.server.baseline import Baseline
from airlock.server.builds import Build
from airlock.server.connect import connect
from airlock.server.databases import Databases
from makers import migration

ITEMS = "create table public.items (id int primary key, name text, size varchar(20));"


@pytest.fixture
def walk(databases: Databases, build: Build) -> Iterator[Walk]:
    """A walk on a database that holds a table."""
    template = databases.baseline(Baseline.PLAIN, expose_new_tables=False)
    with (
        databases.shadow(template) as name,
        connect(databases.cluster.address(name, label="shadow")) as session,
    ):
        walk = Walk(session=session, build=build, own_roles=set())
        walk.pass_by(migration("1", ITEMS))
        yield walk


Tried = Callable[..., Undone]


@pytest.fixture
def tried(walk: Walk) -> Tried:
    """Return what tries a migration, and a rollback that somebody wrote."""

    def attempt(sql: str, *, written: str | None = None) -> Undone:
        return walk.undo(migration("2", sql), written=written)

    return attempt


def told(undone: Undone) -> list[str]:
    assert undone.reverse is not None
    return [f"{each.grade.value}: {each.text}" for each in undone.reverse.reservations]


# What is planned


def test_a_way_back_is_planned_and_proved(tried: Tried, walk: Walk) -> None:
    undone = tried("create index items_name on public.items (name);")
    assert undone.proved
    assert walk.clean
    assert undone.sql is not None
    assert "drop index concurrently" in undone.sql.lower()
    assert undone.reverse is not None
    assert undone.reverse.grade is Grade.LOSSLESS


def test_one_walk_goes_through_many(walk: Walk) -> None:
    steps = [
        "alter table public.items add column a int;",
        "create view public.v as select id from public.items;",
        "alter table public.items drop column name;",
    ]
    proved = [
        walk.undo(migration(str(n), sql), written=None).proved
        for n, sql in enumerate(steps, start=2)
    ]
    assert proved == [True, True, True]
    assert walk.clean


def test_a_migration_of_rows_alone_has_nothing_to_undo(tried: Tried) -> None:
    undone = tried("insert into public.items (id) values (1) on conflict do nothing;")
    assert undone.proved
    assert undone.reverse is not None
    assert not undone.reverse.plan.steps


def test_a_migration_that_fails_is_raised(tried: Tried) -> None:
    with pytest.raises(StatementRefused, match="nowhere"):
        tried("select * from nowhere;")


# What becomes of rows


@pytest.mark.parametrize(
    ("sql", "grade", "said"),
    [
        (
            "create table public.more (id int);",
            Grade.LOSES,
            "loses data: table public.more is dropped: its rows are lost",
        ),
        (
            "alter table public.items add column note text;",
            Grade.LOSES,
            "loses data: column public.items.note is dropped: its values are lost",
        ),
        (
            "alter table public.items drop column name;",
            Grade.CANNOT,
            "cannot: column public.items.name comes back empty",
        ),
        (
            "drop table public.items;",
            Grade.CANNOT,
            "cannot: table public.items comes back empty",
        ),
        (
            "alter table public.items alter column size type varchar(5);",
            Grade.CANNOT,
            "cannot: column public.items.size was character varying(20) before: what the "
            "migration cut off stays lost",
        ),
        (
            "alter table public.items alter column size type text;",
            Grade.LOSES,
            "loses data: column public.items.size becomes character varying(20) again: what "
            "does not fit is lost or refused",
        ),
        ("alter table public.items alter column name set not null;", Grade.LOSSLESS, None),
        ("alter table public.items alter column id type bigint;", Grade.LOSES, None),
    ],
)
def test_what_a_rollback_does_to_rows_is_graded(
    tried: Tried, sql: str, grade: Grade, said: str | None
) -> None:
    undone = tried(sql)
    assert undone.proved, undone.residue
    assert undone.reverse is not None
    assert undone.reverse.grade is grade
    assert said is None or told(undone) == [said]


def test_a_label_that_was_taken_out_of_an_enum(walk: Walk) -> None:
    enum = "create type public.mood as enum ('sad', 'fine', 'glad');"
    walk.pass_by(migration("2", f"{enum} create table public.m (mood public.mood);"))
    fewer = (
        "alter type public.mood rename to mood_old;"
        "create type public.mood as enum ('sad', 'glad');"
        "alter table public.m alter column mood type public.mood"
        " using mood::text::public.mood;"
        "drop type public.mood_old;"
    )
    undone = walk.undo(migration("3", fewer), written=None)
    assert undone.proved, (undone.residue, undone.failure)
    more = walk.undo(
        migration("4", "alter type public.mood add value 'angry' before 'sad';"), written=None
    )
    assert more.proved, (more.residue, more.failure)
    assert more.reverse is not None
    assert more.reverse.grade is Grade.LOSES
    assert "a value it lacks is refused" in told(more)[0]


# What somebody wrote


def test_a_file_that_leads_back_is_proved_as_it_is(tried: Tried, walk: Walk) -> None:
    written = "begin;\ndrop view public.v;\ncommit;\n"
    undone = tried("create view public.v as select 1 as one;", written=written)
    assert (undone.proved, undone.sql) == (True, written)
    assert walk.clean


def test_one_that_leaves_something_behind_is_not(tried: Tried, walk: Walk) -> None:
    undone = tried(
        "create table public.a (id int); create table public.b (id int);",
        written="drop table public.a;",
    )
    assert not undone.proved
    assert not undone.again
    assert any(text.startswith("-CREATE TABLE public.b") for text in undone.residue)
    assert not walk.clean


def test_one_that_fails_is_not(tried: Tried, walk: Walk) -> None:
    undone = tried("create table public.a (id int);", written="drop table public.aa;")
    assert undone.failure is not None
    assert (undone.failure.sqlstate, undone.proved, walk.clean) == ("42P01", False, False)


def test_an_empty_file_undoes_nothing(tried: Tried) -> None:
    undone = tried("create table public.a (id int);", written="")
    assert not undone.proved
    assert undone.residue


def test_one_after_which_the_migration_fails(tried: Tried) -> None:
    """The schema is the same, and the rows that were put in are not."""
    undone = tried(
        "insert into public.items (id, name) select count(*), 'same' from public.items;"
        "create unique index items_name on public.items (name);",
        written="drop index public.items_name;",
    )
    assert not undone.proved
    assert undone.again
    assert undone.failure is not None
    assert undone.failure.sqlstate == "23505"


def test_rows_that_a_migration_wrote_stay(tried: Tried, walk: Walk) -> None:
    undone = tried(
        "alter table public.items add column kind text;"
        "insert into public.items (id, name) values (1, 'first');"
    )
    assert undone.proved
    assert undone.rows_stay
    assert not walk.clean
    assert undone.reservations[-1].startswith("rows that the migration wrote stay")
    head = header(undone, migration=migration("2", ""), server="Postgres 18")
    assert "rows that the migration wrote stay" in head
    assert "up and down give the schema of before" in head
    assert "up again" not in head


def test_one_after_which_the_migration_makes_something_else(tried: Tried) -> None:
    sql = """
      do $$ begin
        if exists (select from public.items) then
          create table public.second ();
        else
          create table public.first ();
        end if;
        insert into public.items (id) values (1) on conflict do nothing;
      end $$;
    """
    undone = tried(sql, written="drop table public.first;")
    assert (undone.proved, undone.again, undone.failure) == (False, True, None)
    assert len(undone.residue) > 1


# What cannot be planned


@pytest.fixture
def no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Catalog) -> Reverse:
        raise Cycle([1, 2], [Id("view", ("public", "a")), Id("view", ("public", "b"))])

    monkeypatch.setattr(undo, "reverse", never)


@pytest.mark.usefixtures("no_order")
def test_without_an_order_nothing_is_tried_and_the_walk_goes_on(tried: Tried, walk: Walk) -> None:
    undone = tried("create view public.v as select 1 as one;")
    assert (undone.proved, undone.sql, undone.reverse, walk.clean) == (False, None, None, True)
    assert undone.unplanned is not None
    assert "each waits for the next: view public.a → view public.b" in undone.unplanned


@pytest.mark.usefixtures("no_order")
def test_without_an_order_a_written_file_is_tried(tried: Tried) -> None:
    undone = tried("create view public.v as select 1 as one;", written="drop view public.v;")
    assert undone.proved
    assert undone.reverse is None


# The file's header


def test_the_header_names_what_is_lost(tried: Tried) -> None:
    undone = tried("alter table public.items drop column name, add column note text;")
    text = header(undone, migration=migration("2", "", name="swap"), server="Postgres 18.6 (x)")
    assert text == (
        "-- Rollback of supabase/migrations/2_swap.sql\n"
        "-- Rows: cannot\n"
        "--   cannot: column public.items.name comes back empty\n"
        "--   loses data: column public.items.note is dropped: its values are lost\n"
        "-- Proved on Postgres 18.6 (x): up, down and up again give the same schema each time.\n"
    )


def test_a_name_with_a_line_in_it_stays_in_the_comment(tried: Tried) -> None:
    undone = tried('alter table public.items add column "a\ndrop table public.items;--" int;')
    text = header(undone, migration=migration("2", ""), server="Postgres")
    assert all(line.startswith("-- ") for line in text.splitlines())
