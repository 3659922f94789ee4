"""Messages on a real server: what arrives, what is refused, what an interruption leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airlock.server.address import Address
from airlock.server.connect import Session, connect
from airlock.server.sending import Message, send_all


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    """A session with a table to write to."""
    with connect(supabase_database) as session:
        session.execute("create table public.kept (id int, word text, words text[])")
        yield session


def insert(number: int | None, word: str | None, words: list[str]) -> Message:
    """Return a message of Airlock's own."""
    return Message(
        "insert into public.kept (id, word, words) values (%s, %s, %s)", (number, word, words)
    )


def kept(session: Session) -> list[tuple[object, ...]]:
    """Return what was written."""
    return session.fetch("select id, word, words from public.kept order by id")


WORDS = [
    "",
    "null",
    " a ",
    'say "hi"',
    "it's",
    "C:\\new",
    "{1,2}",
    "two\nlines",
    "Größe 😀",
    "%s $1",
]


@pytest.mark.parametrize("word", [*WORDS, None])
def test_parameters_arrive_as_they_are(session: Session, word: str | None) -> None:
    assert send_all(session, [insert(-7, word, WORDS), insert(None, None, [])]) is None
    assert kept(session) == [(-7, word, WORDS), (None, None, [])]


def test_a_text_without_parameters_is_sent_as_it_stands(session: Session) -> None:
    text = "insert into public.kept (word) values ('%s $1 %%')"
    assert send_all(session, [Message(text)]) is None
    assert kept(session) == [(None, "%s $1 %%", None)]


def test_what_follows_a_refusal_is_not_run(session: Session) -> None:
    bad = Message("select 1 / (select 0)")
    problem = send_all(session, [insert(1, "a", []), bad, insert(2, "b", [])])
    assert problem is not None
    assert problem.error.sqlstate == "22012"
    # One without a transaction of its own: the pipeline is one.
    assert kept(session) == []


def test_the_refused_message_is_named(session: Session) -> None:
    messages = [Message("begin"), Message("select 1 where false"), Message("commit", commits=True)]
    assert send_all(session, messages) is None
    session.execute("create table public.late (id int unique deferrable initially deferred)")
    twice = Message("insert into public.late values (1), (1)")
    problem = send_all(session, [Message("begin"), twice, Message("commit", commits=True)])
    assert problem is not None
    assert problem.at_commit
    assert not session.in_transaction


def test_more_than_the_buffers_hold_goes_both_ways(session: Session) -> None:
    long = "x" * 3_000_000
    messages = [Message(f"select '{long}'"), Message(f"select '{long}', '{long}'")] * 4
    assert send_all(session, messages) is None
    assert session.fetch("select 1") == [(1,)]


def test_the_server_is_at_work_meanwhile(session: Session, supabase_database: Address) -> None:
    seen: list[tuple[object, ...]] = []
    pid = session.connection.info.backend_pid

    def look() -> None:
        with connect(supabase_database, acting=False) as other:
            seen.extend(other.fetch("select state from pg_stat_activity where pid = %s", (pid,)))

    assert send_all(session, [Message("select pg_sleep(0.5)")], look) is None
    assert seen == [("active",)]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interruption_meanwhile_ends_the_query(
    session: Session, error: type[BaseException]
) -> None:
    def fail() -> None:
        raise error

    for _ in range(20):
        with pytest.raises(error):
            send_all(session, [Message("begin"), Message("select pg_sleep(3600)")], fail)
        assert session.failed
        session.abandon()
    assert session.fetch("select 1") == [(1,)]


def test_a_cancel_that_comes_too_early_is_repeated(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancels: list[int] = []
    cancel_safe = session.connection.cancel_safe

    def cancel() -> None:
        cancels.append(len(cancels))
        if len(cancels) >= 3:
            cancel_safe()

    def fail() -> None:
        monkeypatch.setattr(session.connection, "cancel_safe", cancel)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_all(session, [Message("select pg_sleep(3600)")], fail)
    assert len(cancels) >= 3
    assert session.fetch("select 1") == [(1,)]


def test_rows_on_the_way_end_the_connection(session: Session) -> None:
    problem = send_all(session, [Message("copy public.kept to stdout")])
    assert problem is not None
    assert problem.error.sqlstate == ""
    assert session.closed


@pytest.mark.parametrize("after", [[], [Message("select 1")]])
def test_a_session_that_dies_is_closed(supabase_database: Address, after: list[Message]) -> None:
    dies = Message("select pg_terminate_backend(pg_backend_pid())")
    with connect(supabase_database, acting=False) as session:
        problem = send_all(session, [Message("begin"), dies, *after])
        assert problem is not None
        assert session.closed
