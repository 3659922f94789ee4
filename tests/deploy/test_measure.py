"""What statements cost, measured on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from airlock.deploy.measure import Cost, Gauge, fates, holders
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from airlock.server.ledger import NoLedger
from airlock.server.statements import Runner
from airlock.sources.sqltext import cut

BEFORE = """
create table public.orders (id bigint primary key, note varchar(10), kind text);
create table public.users (id bigint primary key);
create table public.parts (id int) partition by range (id);
create table public.part_one partition of public.parts for values from (0) to (10);
create index orders_note on public.orders (note);
create materialized view public.seen as select id from public.orders;
create type public.mood as enum ('sad');
"""
Measure = Callable[[str], list[Cost | None]]


@pytest.fixture
def session(empty_database: Address) -> Iterator[Session]:
    with connect(empty_database) as session:
        Runner(session, throw_away=True).run(cut("before.sql", BEFORE))
        yield session


@pytest.fixture
def measure(session: Session) -> Measure:
    def run(sql: str) -> list[Cost | None]:
        gauge = Gauge(session=session)
        gauge.begin()
        script = cut("a.sql", sql)
        Runner(session, throw_away=True, watch=gauge).run(script, NoLedger())
        return [gauge.costs.get(each.span.char_start) for each in script.statements]

    return run


def locks(cost: Cost | None) -> list[tuple[str, str]]:
    assert cost is not None
    return [(taken.lock.sql, taken.on) for taken in cost.taken]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create index on public.orders (kind)", [("SHARE", "public.orders")]),
        (
            "alter table public.orders add foreign key (id) references public.users",
            [("SHARE ROW EXCLUSIVE", "public.orders"), ("SHARE ROW EXCLUSIVE", "public.users")],
        ),
        ("drop table public.users", [("ACCESS EXCLUSIVE", "public.users")]),
        (
            "alter table public.orders add check (id > 0) not valid",
            [("ACCESS EXCLUSIVE", "public.orders")],
        ),
        ("analyze public.orders", [("SHARE UPDATE EXCLUSIVE", "public.orders")]),
        (
            "create trigger t before insert on public.orders for each row "
            "execute function suppress_redundant_updates_trigger()",
            [("SHARE ROW EXCLUSIVE", "public.orders")],
        ),
        (
            "alter index public.orders_note rename to other",
            [("SHARE UPDATE EXCLUSIVE", "public.orders_note")],
        ),
        ("create table public.fresh (id int)", []),
        ("comment on schema public is 'x'", []),
    ],
)
def test_locks(measure: Measure, sql: str, expected: list[tuple[str, str]]) -> None:
    (cost,) = measure(sql)
    assert locks(cost) == expected
    assert cost is not None
    assert cost.measured


def test_a_lock_belongs_to_who_takes_it_first(measure: Measure) -> None:
    first, second, third = measure(
        "create index on public.orders (kind);\n"
        "create index on public.orders (note, kind);\n"
        "alter table public.orders drop column kind;\n"
    )
    assert locks(first) == [("SHARE", "public.orders")]
    assert locks(second) == []
    assert locks(third) == [("ACCESS EXCLUSIVE", "public.orders")]


@pytest.mark.parametrize(
    ("sql", "rewritten"),
    [
        ("alter table public.orders alter note type varchar(20)", ()),
        ("alter table public.orders alter note type varchar(5)", ("public.orders",)),
        ("alter table public.orders add column a int default 1", ()),
        (
            "alter table public.orders add column a uuid default gen_random_uuid()",
            ("public.orders",),
        ),
        ("refresh materialized view public.seen", ("public.seen",)),
        ("vacuum full public.orders", ("public.orders",)),
        ("reindex table public.orders", ()),
    ],
)
def test_rewrites(measure: Measure, sql: str, rewritten: tuple[str, ...]) -> None:
    (cost,) = measure(sql)
    assert cost is not None
    assert cost.rewritten == rewritten


def test_a_truncated_table_is_emptied(measure: Measure) -> None:
    (cost,) = measure("truncate public.orders, public.users")
    assert cost is not None
    assert (cost.rewritten, cost.emptied) == ((), ("public.orders", "public.users"))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "create index concurrently on public.orders (kind)",
            [("SHARE UPDATE EXCLUSIVE", "public.orders")],
        ),
        (
            "drop index concurrently public.orders_note",
            [("SHARE UPDATE EXCLUSIVE", "public.orders")],
        ),
        (
            "reindex index concurrently public.orders_note",
            [("SHARE UPDATE EXCLUSIVE", "public.orders")],
        ),
        (
            "alter table public.parts detach partition public.part_one concurrently",
            [("ACCESS EXCLUSIVE", "public.part_one"), ("SHARE UPDATE EXCLUSIVE", "public.parts")],
        ),
        ("vacuum full public.orders", [("ACCESS EXCLUSIVE", "public.orders")]),
        ("vacuum public.orders", []),
    ],
)
def test_what_runs_alone_is_known_by_its_kind(
    measure: Measure, sql: str, expected: list[tuple[str, str]]
) -> None:
    (cost,) = measure(sql)
    assert locks(cost) == expected
    assert cost is not None
    assert not cost.measured


def test_a_file_that_runs_a_second_time_in_several_transactions(measure: Measure) -> None:
    retyped, value, used = measure(
        "alter table public.orders alter note type varchar(5);\n"
        "alter type public.mood add value 'glad';\n"
        "create table public.moods (mood public.mood default 'glad');\n"
    )
    assert retyped is not None
    assert retyped.rewritten == ("public.orders",)
    assert locks(retyped) == [("ACCESS EXCLUSIVE", "public.orders")]
    assert locks(value) == locks(used) == []


def test_a_file_that_controls_its_transactions(measure: Measure) -> None:
    begin, level, drop, back, _, again, commit = measure(
        "begin;\nset transaction isolation level serializable;\n"
        "alter table public.orders alter note type varchar(5);\nrollback;\n"
        "begin;\nalter table public.orders alter note type varchar(5);\ncommit;\n"
    )
    assert begin is level is back is commit is None
    for cost in (drop, again):
        assert cost is not None
        assert cost.rewritten == ("public.orders",)
        assert locks(cost) == [("ACCESS EXCLUSIVE", "public.orders")]


def test_what_became_of_rows(session: Session) -> None:
    before = holders(session)
    sql = """
        alter table public.orders rename column note to remark;
        alter table public.orders drop column kind, add column kind text;
        alter table public.users rename to people;
        drop table public.parts;
    """
    Runner(session, throw_away=True).run(cut("a.sql", sql))
    found = {(f.kind, f.name): (f.now, f.anew) for f in fates(before, holders(session))}
    assert found == {
        ("column", "public.orders.note"): ("public.orders.remark", False),
        ("column", "public.orders.kind"): (None, True),
        ("table", "public.users"): ("public.people", False),
        ("table", "public.parts"): (None, False),
        ("table", "public.part_one"): (None, False),
    }
