"""A plan as text: it says what it costs, and survives being cut and run."""

from __future__ import annotations

from dataclasses import replace

from airlock.model.node import Id
from airlock.model.plan import Plan
from airlock.model.script import Running, segments
from airlock.model.step import Lock, Loss, Step, Verb
from airlock.plan.script import script, summary
from airlock.sources.sqltext import cut

ORDERS = Id("table", ("public", "orders"))
CREATE = Step(sql="create schema a", verb=Verb.CREATE, target=Id("schema", ("a",)))
DROP = Step(
    sql='drop table "public"."orders"',
    verb=Verb.DROP,
    target=ORDERS,
    lock=Lock.ACCESS_EXCLUSIVE,
    on=(ORDERS,),
    loss=Loss.DATA,
    hazard="every row of the table is lost",
)
INDEX = Step(
    sql="create index concurrently i on public.orders (id)",
    verb=Verb.CREATE,
    target=Id("index", ("public", "i")),
    lock=Lock.SHARE_UPDATE_EXCLUSIVE,
    on=(ORDERS,),
    running=Running.ALONE,
)
VALUE = Step(
    sql="alter type e add value 'x'",
    verb=Verb.ALTER,
    target=Id("enum", ("public", "e")),
    running=Running.BOUNDARY,
)
ROUTINE = Step(
    sql="create function f() returns int language sql as $$ select 1; $$",
    verb=Verb.CREATE,
    target=Id("routine", ("public", "f", "")),
)


def plan(*steps: Step) -> Plan:
    return Plan(steps=steps)


def test_nothing_to_do_is_no_text() -> None:
    assert script(plan()) == ""


def test_the_first_lines_sum_it_up() -> None:
    text = script(plan(CREATE, DROP, VALUE), about="from a to b")
    assert text.splitlines()[:2] == [
        "-- from a to b",
        "-- +1 ~1 -1 · 1 hazard · longest lock ACCESS EXCLUSIVE on public.orders",
    ]


def test_a_hazard_stands_above_its_statement() -> None:
    lines = script(plan(CREATE, DROP)).splitlines()
    assert lines[lines.index('drop table "public"."orders";') - 1] == (
        "-- hazard: every row of the table is lost"
    )


def test_bodies_are_not_checked_only_where_there_are_any() -> None:
    guard = "set check_function_bodies = off;"
    assert guard in script(plan(CREATE, ROUTINE))
    assert guard not in script(plan(CREATE, DROP, INDEX))
    assert guard not in script(plan(replace(ROUTINE, sql="drop function f()", verb=Verb.DROP)))


def test_groups_are_told_where_there_are_several() -> None:
    text = script(plan(CREATE, INDEX, VALUE, CREATE))
    assert "-- 1 of 4: one transaction\ncreate schema a;" in text
    assert "-- 2 of 4: outside of a transaction\ncreate index concurrently" in text
    assert " of " not in script(plan(CREATE))


def test_a_cut_text_has_the_same_groups() -> None:
    made = plan(CREATE, ROUTINE, INDEX, VALUE, CREATE, DROP)
    found = segments(cut("plan.sql", script(made)), boundaries=True)
    texts = [[each.text for each in group.statements] for group in found]
    texts[0].remove("set check_function_bodies = off")
    assert texts == [[step.text for step in group.steps] for group in made.groups]
    assert [g.transactional for g in found] == [g.transactional for g in made.groups]


def test_a_name_cannot_end_a_comment() -> None:
    evil = "x\n; drop table users; --\r\n"
    step = replace(
        DROP, on=(Id("table", ("public", evil)),), hazard=f"about {evil}", sql="select 1"
    )
    found = cut("plan.sql", script(plan(step), about=evil)).statements
    assert [each.text for each in found] == ["select 1"]


def test_rows_that_are_lost_are_a_hazard_even_unsaid() -> None:
    step = replace(DROP, hazard=None)
    assert "1 hazard" in summary(plan(step))
    assert "-- hazard: loses data" in script(plan(step))
