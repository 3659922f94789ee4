from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from airlock.deploy.observe import run_observed, surprises
from airlock.deploy.prove import prove
from airlock.kinds._spec import Style
from airlock.model.node import Id
from airlock.model.plan import Plan
from airlock.model.proof import Proof
from airlock.model.script import Running
from airlock.model.step import Lock, Loss, Step, Verb
from airlock.plan.planner import plan
from airlock.plan.script import script
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.builds import Build
from airlock.server.connect import connect
from airlock.server.databases import Databases
from airlock.server.statements import Runner
from airlock.sources.live import read_catalog
from airlock.sources.scope import in_scope
from airlock.sources.source import Cloned, Source
from airlock.sources.sqltext import cut

Make = Callable[..., Source]
T = Id("table", ("public", "t"))


@pytest.fixture
def source(databases: Databases) -> Make:
    """Return what makes a source from SQL, as the project's role would run it."""

    def make(sql: str, *, label: str = "side", baseline: Baseline = Baseline.PLAIN) -> Source:
        template = databases.baseline(baseline, expose_new_tables=False)

        @contextmanager
        def clone() -> Iterator[Address]:
            with databases.shadow(template) as name:
                address = databases.cluster.address(name, label=label)
                with connect(address) as session:
                    Runner(session, throw_away=True).run(cut("side.sql", sql))
                yield address

        with clone() as address, connect(address) as session:
            catalog = in_scope(read_catalog(session))
        return Source(text=label, label=label, catalog=catalog, cloned=Cloned.COPY, clone=clone)

    return make


def proved(old: Source, new: Source, build: Build, style: Style = Style.PLAIN) -> Proof:
    return prove(plan(old.catalog, new.catalog, style=style), old, new, build=build, style=style)


# What converges


@pytest.mark.parametrize("style", Style)
def test_a_plan_that_leads_there_is_proved(source: Make, build: Build, style: Style) -> None:
    old = source("create table t (id int primary key, v text); create table gone (a int)")
    new = source(
        "create table t (v varchar(40), id bigint primary key, n int not null default 1);"
        "create index i on t (v); create view w as select v from t;"
    )
    proof = proved(old, new, build, style)
    assert proof.holds
    assert proof.residue == ()
    assert proof.surprises == ()
    assert proof.filled == (Id("table", ("public", "gone")), T)
    assert proof.cloned == ("copy of the database",) * 2
    assert proof.major == build.major
    assert proof.seconds > 0
    assert any("roles" in text for text in proof.not_covered)


def test_a_platform_database_is_proved(source: Make, build: Build) -> None:
    profiles = "create table profiles (id uuid primary key references auth.users, name text);"
    policy = "create policy own on profiles using (auth.uid() = id);"
    old = source(profiles, baseline=Baseline.SUPABASE)
    new = source(
        f"{profiles} alter table profiles enable row level security; {policy}",
        baseline=Baseline.SUPABASE,
    )
    proof = proved(old, new, build)
    assert proof.holds, proof.residue
    assert Id("table", ("auth", "users")) in proof.filled


# What does not


def test_what_is_left_over_is_shown(source: Make, build: Build) -> None:
    old, new = source("create table t (a int)"), source("create table t (a int, b text)")
    proof = prove(Plan(steps=()), old, new, build=build)
    assert not proof.converged
    assert "+    b text," in proof.residue[0]
    assert any(text.startswith("missing: column public.t.b") for text in proof.residue)


def test_what_only_pg_dump_sees_is_residue(
    source: Make, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = source("create table t (a int)"), source("create table t (a int, b text)")
    monkeypatch.setattr("airlock.deploy.prove.compare", lambda *_: ())
    monkeypatch.setattr("airlock.deploy.prove.planned", lambda *_, **__: Plan(steps=()))
    assert not prove(Plan(steps=()), old, new, build=build).converged


def test_what_only_the_catalog_sees_is_residue(
    source: Make, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = source("create table t (a int)"), source("create table t (a int, b text)")
    monkeypatch.setattr("airlock.deploy.prove.difference", lambda *_: ())
    proof = prove(Plan(steps=()), old, new, build=build)
    assert proof.residue == ("missing: column public.t.b",)


def test_a_second_plan_that_is_not_empty_is_residue(
    source: Make, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = source("create table t (a int)")
    restless = plan(side.catalog, source("create table t (a int, b int)").catalog)
    monkeypatch.setattr("airlock.deploy.prove.planned", lambda *_, **__: restless)
    proof = prove(Plan(steps=()), side, side, build=build)
    assert not proof.converged
    assert proof.residue[0].startswith("a second plan would still run: alter table")


# Rows


def test_a_plan_that_works_on_empty_tables_only_is_told_apart(source: Make, build: Build) -> None:
    old, new = source("create table t (a int)"), source("create table t (a int, b int not null)")
    proof = proved(old, new, build)
    assert proof.converged
    assert proof.needs_empty_tables
    assert not proof.holds
    assert proof.failure is not None
    assert "contains null values" in proof.failure.message
    assert proof.failure.statement.text in script(plan(old.catalog, new.catalog))


def test_a_type_that_values_do_not_fit_is_told_apart(source: Make, build: Build) -> None:
    old, new = source("create table t (a text)"), source("create table t (a int)")
    proof = proved(old, new, build)
    assert proof.needs_empty_tables
    assert proof.failure is not None
    assert proof.failure.sqlstate == "22P02"


def test_a_plan_that_works_nowhere_is_told(source: Make, build: Build) -> None:
    side = source("create table t (a int)")
    wrong = Plan(steps=(Step(sql="drop table nowhere", verb=Verb.DROP, target=T),))
    proof = prove(wrong, side, side, build=build)
    assert not proof.converged
    assert not proof.needs_empty_tables
    assert proof.failure is not None
    assert proof.failure.index == 1
    assert proof.failure.text == script(wrong)


def test_tables_without_rows_are_named(source: Make, build: Build) -> None:
    side = source("create table t (a int check (a > 5 and a < 3))")
    proof = proved(side, side, build)
    assert proof.holds
    assert proof.empty[0][0] == T


@pytest.mark.parametrize(
    ("loss", "told"),
    [(Loss.NONE, ("rows of public.t are gone",)), (Loss.DATA, ())],
)
def test_rows_that_vanish_unsaid_are_a_surprise(
    source: Make, build: Build, loss: Loss, told: tuple[str, ...]
) -> None:
    side = source("create table t (a int)")
    step = Step(sql="truncate t", verb=Verb.ALTER, target=T, loss=loss, rewrites=True,
                lock=Lock.ACCESS_EXCLUSIVE, on=(T,))  # fmt: skip
    proof = prove(Plan(steps=(step,)), side, side, build=build)
    assert proof.converged
    assert proof.surprises == told


def test_values_that_vanish_unsaid_are_a_surprise(source: Make, build: Build) -> None:
    side = source("create table t (a int, b int)")
    step = Step(sql="update t set b = null", verb=Verb.ALTER, target=T,
                lock=Lock.ROW_EXCLUSIVE, on=(T,))  # fmt: skip
    proof = prove(Plan(steps=(step,)), side, side, build=build)
    assert proof.surprises == ("values of public.t.b are gone",)


def test_rows_of_a_dropped_partition_are_said_with_it(source: Make, build: Build) -> None:
    parent = "create table t (a int) partition by list (a);"
    one = "create table t_1 partition of t for values in (1);"
    two = "create table t_2 partition of t for values in (2);"
    proof = proved(source(parent + one + two), source(parent + one), build)
    assert proof.holds
    assert proof.surprises == ()


# Copies


def test_a_copy_that_is_not_like_its_source_is_told(source: Make, build: Build) -> None:
    side = source("create table t (a int)", label="staging")
    other = source("create table t (a int, b int)")
    pretended = replace(side, catalog=other.catalog, cloned=Cloned.DUMP)
    proof = prove(Plan(steps=()), pretended, side, build=build)
    assert proof.converged
    told = [text for text in proof.not_covered if "not quite like it" in text]
    assert told == ["the copy of staging is not quite like it: missing: column public.t.b"]


def test_objects_of_the_platform_are_beside_the_point(source: Make, build: Build) -> None:
    def with_platform(extra: str, own: str) -> Source:
        side = source(own, baseline=Baseline.SUPABASE)

        @contextmanager
        def clone() -> Iterator[Address]:
            with side.clone() as address:
                with connect(address, acting=False) as session:
                    session.execute(extra)
                yield address

        return replace(side, clone=clone)

    own = "create table t (a int)"
    old = with_platform("select 1", own)
    newer = with_platform("alter table auth.users add column since_2027 int", own)
    proof = prove(Plan(steps=()), old, newer, build=build)
    assert proof.converged, proof.residue
    assert any("of the platform differ" in text for text in proof.not_covered)
    policy = with_platform("create policy p on storage.objects using (true)", own)
    assert not prove(Plan(steps=()), old, policy, build=build).converged
    trigger = "create trigger x after insert on auth.users execute function public.f();"
    function = "create function public.f() returns trigger language plpgsql as 'begin end';"
    hung = with_platform(f"{function} {trigger}", own)
    assert not prove(Plan(steps=()), old, hung, build=build).converged


# Locks


def observed(address: Address, *steps: Step) -> tuple[tuple[object, ...], tuple[str, ...]]:
    made = Plan(steps=steps)
    with connect(address) as session:
        session.execute(
            "create table t (a int); create table u (a int);"
            "insert into t select generate_series(1, 3)"
        )
        found = run_observed(session, made, cut("plan.sql", script(made)))
    return (
        tuple((m.index, dict(m.locks), m.rewritten) for m in found),
        tuple(surprises(made, found)),
    )


def step(sql: str, lock: Lock = Lock.NONE, **more: object) -> Step:
    return Step(sql=sql, verb=Verb.ALTER, target=T, lock=lock, on=(T,), **more)  # type: ignore[arg-type]


def test_locks_and_rewrites_are_measured(empty_database: Address) -> None:
    found, said = observed(
        empty_database,
        step("comment on table t is 'x'", Lock.SHARE_UPDATE_EXCLUSIVE),
        step("alter table t alter a type bigint", Lock.ACCESS_EXCLUSIVE, rewrites=True),
        step("create table fresh (a int)"),
    )
    assert found == (
        (0, {"public.t": Lock.SHARE_UPDATE_EXCLUSIVE}, ()),
        (1, {"public.t": Lock.ACCESS_EXCLUSIVE}, ("public.t",)),
        # What is new cannot be waited for.
        (2, {}, ()),
    )
    assert said == ()


def test_a_lock_or_a_rewrite_that_a_step_does_not_say_is_told(empty_database: Address) -> None:
    _, said = observed(empty_database, step("alter table t alter a type bigint", Lock.SHARE))
    assert said == (
        "ACCESS EXCLUSIVE on public.t, where SHARE was expected: alter table t alter a type bigint",
        "public.t is written anew: alter table t alter a type bigint",
    )


def test_each_transaction_is_looked_at_by_itself(empty_database: Address) -> None:
    found, said = observed(
        empty_database,
        step("lock table t in share mode", Lock.SHARE),
        step("create index concurrently i on t (a)", running=Running.ALONE),
        step("lock table t in share mode", Lock.SHARE),
    )
    assert found == ((0, {"public.t": Lock.SHARE}, ()), (2, {"public.t": Lock.SHARE}, ()))
    assert said == ()


def test_a_long_plan_is_not_measured(
    source: Make, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.deploy.observe._MOST_STEPS", 0)
    proof = proved(source(""), source("create table t (a int)"), build)
    assert proof.holds
    assert proof.measured == ()
    assert any(text.startswith("locks and rewrites") for text in proof.not_covered)
