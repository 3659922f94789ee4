"""Every known way for a row to come out, on a database that is protected and on one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from leaks import CANARY, LEAKS, SETUP, Field, Leak, everything, found

from airlock.errors import AirlockError
from airlock.model.failure import StatementRefused
from airlock.report.machine import render_error
from airlock.report.style import View
from airlock.report.text.findings import error_lines
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.connect import connect
from airlock.server.databases import Databases
from airlock.server.statements import Runner
from airlock.sources.advice import advised
from makers import as_elsewhere, script

SHOWN = {Field.MESSAGE, Field.DETAIL, Field.HINT, Field.CONTEXT}
"""What the screen shows where rows are nobody's secret."""


@pytest.fixture(scope="module")
def furnished(databases: Databases) -> Iterator[Address]:
    template = databases.baseline(Baseline.PLAIN, expose_new_tables=False)
    with databases.shadow(template) as name:
        address = databases.cluster.address(name, label="production")
        with connect(address) as session:
            Runner(session).run(script(SETUP))
        yield address


@pytest.fixture
def has_xml(furnished: Address) -> bool:
    with connect(furnished) as session:
        try:
            session.execute("select '<a/>'::xml")
        except AirlockError:
            return False
    return True


def run(address: Address, leak: Leak) -> StatementRefused | None:
    """Run the case's file as a migration; return its failure, with advice."""
    with connect(address) as session:
        try:
            Runner(session).run(script(leak.sql))
        except StatementRefused as refused:
            error = refused
        else:
            assert not found(everything(session.address))
            return None
    return advised_as_shown(error)


def advised_as_shown(error: StatementRefused) -> StatementRefused:
    """Return the failure as a command raises it, its way up and all that it hangs on to with it."""
    raised = error
    try:
        raise advised(error.failure, ())
    except StatementRefused as again:
        again.__traceback__ = error.__traceback__
        raised = again
    return raised


def shown(error: AirlockError) -> str:
    """Return what a command prints, as text and as JSON."""
    view = View(width=100, verbose=True)
    return "\n".join([*error_lines(error, view), render_error(error)])


def protected(address: Address) -> Address:
    return replace(address, protected=True)


def said(address: Address, leak: Leak) -> dict[Field, list[str]]:
    """Run the case's file with nothing between, and return what comes in each field."""
    heard: dict[Field, list[str]] = {field: [] for field in Field}

    def hear(notice: Any) -> None:
        heard[Field.NOTICE].append(notice.message_primary)

    with psycopg.connect(as_elsewhere(address).url) as connection:
        connection.add_notice_handler(hear)
        try:
            with connection.transaction():
                for statement in script(leak.sql).statements:
                    send(connection, statement.text, statement.copy_data)
        except psycopg.Error as error:
            heard[Field.STATE].append(error.sqlstate or "")
            for field in Field:
                if field not in {Field.NOTICE, Field.PARAMETER, Field.STATE}:
                    heard[field].append(getattr(error.diag, field.value) or "")
        name = connection.pgconn.parameter_status(b"application_name") or b""
        heard[Field.PARAMETER].append(name.decode())
    return heard


def send(connection: psycopg.Connection, text: str, rows: str | None) -> None:
    sql = text.replace(" concurrently", "").encode()
    if rows is None:
        connection.execute(sql)
        return
    with connection.cursor().copy(sql) as copy:
        copy.write(rows)


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
class TestLeak:
    @pytest.fixture(autouse=True)
    def able(self, leak: Leak, has_xml: bool) -> None:
        if leak.needs_xml and not has_xml:
            pytest.skip("this server was built without libxml")

    def test_the_server_says_a_row(self, furnished: Address, leak: Leak) -> None:
        heard = said(furnished, leak)
        assert found("\n".join(heard[leak.field]), leak.canary)

    def test_airlock_shows_it_where_it_may(self, furnished: Address, leak: Leak) -> None:
        error = run(furnished, leak)
        if leak.field in SHOWN:
            assert error is not None
            assert found(shown(error), leak.canary)

    @pytest.mark.parametrize("embedded", [True, False], ids=["embedded", "elsewhere"])
    def test_nothing_of_it_comes_out_of_a_protected_database(
        self, furnished: Address, leak: Leak, embedded: bool, capfd: pytest.CaptureFixture[str]
    ) -> None:
        address = protected(furnished if embedded else as_elsewhere(furnished))
        error = run(address, leak)
        if leak.line is None:
            assert error is None
            return
        assert error is not None
        text = shown(error)
        assert not found(text + everything(error) + "".join(capfd.readouterr()))
        failure = error.failure
        assert failure.about is not None
        assert failure.where.line == leak.line
        assert all(word in failure.message for word in leak.tells), failure.message
        advice = failure.advice or ""
        assert all(word in advice for word in leak.advises), advice


def test_a_search_finds_every_form() -> None:
    for form in (CANARY.upper(), f"x{CANARY}y", CANARY.encode().hex()):
        assert found(form)[:1] == [CANARY]
    assert not found("a row")


def fails_while_failing() -> None:
    try:
        int(CANARY)
    except ValueError:
        raise KeyError("x") from None


def test_everything_walks_the_chain_of_an_error() -> None:
    with pytest.raises(KeyError) as raised:
        fails_while_failing()
    assert found(everything(raised.value))


def test_every_field_has_a_case() -> None:
    assert {leak.field for leak in LEAKS} == set(Field)
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) >= 37
