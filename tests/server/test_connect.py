"""Sessions: what an error of the server's leaves behind."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from airlock.errors import ConnectionFailed, ServerError
from airlock.server.address import Address
from airlock.server.connect import DatabaseError, Session, _connection_failure, connect
from makers import as_elsewhere, wait_until

UNIQUE = "create temporary table t (a text unique deferrable initially deferred)"
TWICE = "insert into t values ('secret'), ('secret')"


def fails_at_once(session: Session) -> None:
    session.execute("set constraints all immediate")
    session.execute(TWICE)


def fails_at_commit(session: Session) -> None:
    with session.transaction():
        session.execute(TWICE)


@pytest.mark.parametrize("fails", [fails_at_once, fails_at_commit])
def test_an_error_does_not_carry_what_the_server_said_of_rows(
    supabase_database: Address, fails: Callable[[Session], None]
) -> None:
    with connect(supabase_database) as session:
        session.execute(UNIQUE)
        with pytest.raises(DatabaseError) as raised:
            fails(session)
    error: BaseException | None = raised.value
    assert raised.value.sqlstate == "23505"
    while error is not None:
        assert "secret" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__


def test_a_session_that_cannot_act_as_the_platform_is_closed(supabase_database: Address) -> None:
    project = Address(label="shadow", url=as_elsewhere(supabase_database).url, embedded=True)
    with connect(supabase_database, acting=False) as other:
        with pytest.raises(DatabaseError, match="permission denied") as raised:
            connect(project, acting=False)
        wait_until(
            other,
            "not exists (select from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid())",
        )
    assert raised.value.sqlstate == "42501"


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("passwrd=secret", "a parameter after the '?' of the URL has no meaning"),
        ("sslmode=secret", "a parameter after the '?' of the URL has a value with no meaning"),
    ],
)
def test_a_parameter_that_means_nothing_is_told_and_not_quoted(
    parameter: str, message: str
) -> None:
    address = Address(label="staging", url=f"postgresql://u@127.0.0.1:1/app?{parameter}")
    with pytest.raises(ConnectionFailed, match=re.escape(message)) as raised:
        connect(address)
    assert "secret" not in f"{raised.value} {raised.value.hint}"


def test_a_server_of_another_kind_is_told(as_if_http: int) -> None:
    address = Address(label="staging", url=f"postgresql://u@127.0.0.1:{as_if_http}/app")
    with pytest.raises(ConnectionFailed, match="does not speak Postgres"):
        connect(address)


@pytest.fixture
def as_if_http() -> Iterator[int]:
    """The port of a server that answers the first bytes with HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(8)
                caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("full", [False, True])
def test_a_server_that_stops_for_want_of_room_is_told_from_one_that_stops(
    supabase_database: Address, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    assert supabase_database.data is not None
    monkeypatch.setattr("airlock.server.connect.is_full", lambda _: full)
    with (
        connect(supabase_database, acting=False) as session,
        pytest.raises(ServerError if full else ConnectionFailed, match="was lost") as caught,
    ):
        session.execute("select pg_terminate_backend(pg_backend_pid())")
    assert ("is full" in caught.value.message) is full


def test_a_full_disk_is_named_and_nothing_else_of_the_text() -> None:
    # libpq's own words, with what stands before them: a file of the server's, or a password.
    said = 'FATAL:  could not write file "base/s3cret": No space left on device'
    address = Address(label="staging", url="postgresql://me@127.0.0.1:1/app")
    failure = _connection_failure(said, address)
    assert failure.message.endswith("the disk of that server is full")
    assert "s3cret" not in f"{failure} {failure.hint}"
