"""A protected environment runs nothing whose answer would carry rows out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from airlock.deploy.boundary import AnswersRefused
from airlock.deploy.execute import deploy
from airlock.deploy.seeds import run_seeds
from airlock.errors import Refused
from airlock.model.failure import StatementRefused
from airlock.model.migration import Migration
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from makers import as_elsewhere, migration, project, seed

MAKES = migration("1", "create table public.users (email text);\ninsert into users values ('k');\n")
ASKS = migration("2", "create table public.t ();\n\nselect email from public.users;\n")
FAILS = migration("3", "alter table public.users alter email type int using email::int;\n")


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    with connect(replace(as_elsewhere(supabase_database), protected=True)) as session:
        yield session


def run(session: Session, *migrations: Migration) -> int:
    done = deploy(
        session, project(*migrations), environment="production", tool="airlock 9", wait_s=0
    )
    return len(done.finished)


def test_what_answers_with_rows_is_refused_before_anything_runs(session: Session) -> None:
    with pytest.raises(AnswersRefused) as raised:
        run(session, MAKES, ASKS)
    assert isinstance(raised.value, Refused)
    (found,) = raised.value.findings
    assert found.where is not None
    assert (found.where.path, found.where.line) == (ASKS.path, 3)
    assert session.fetch("select to_regclass('public.users') is null") == [(True,)]


def test_what_has_run_is_not_asked_again(session: Session) -> None:
    unprotected = replace(session.address, protected=False)
    with connect(unprotected) as other:
        assert run(other, MAKES, ASKS) == 2
    assert run(session, MAKES, ASKS, migration("4", "create table public.u ();")) == 1


def test_a_failure_comes_with_advice_and_without_rows(session: Session) -> None:
    assert run(session, MAKES) == 1
    with pytest.raises(StatementRefused) as raised:
        run(session, MAKES, FAILS)
    failure = raised.value.failure
    assert failure.about is not None
    assert "not valid for the type" in failure.message
    assert "from public.users where ctid" in (failure.advice or "")


def test_neither_do_seeds(session: Session) -> None:
    with pytest.raises(AnswersRefused):
        run_seeds(session, [seed("table public.users;")], environment="production")
