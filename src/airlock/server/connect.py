"""Every connection to a database is opened here."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

import psycopg
from psycopg import pq
from psycopg.rows import namedtuple_row

from airlock.errors import AirlockError, ConnectionFailed, ServerError
from airlock.model.names import quote
from airlock.server.address import Address
from airlock.server.home import is_full
from airlock.server.redact import Said, in_own_words, said

PLATFORM_ROLE = "supabase_admin"
"""The superuser of Airlock's own servers, as on the hosted platform; made on a given one."""
PROJECT_ROLE = "postgres"
"""Who migrations run as: not a superuser, as on the hosted platform."""

# The driver logs errors that it swallows, with the rows that they quote.
logging.getLogger("psycopg").disabled = True

_CONNECT_TIMEOUT_S = 10
_SNAPSHOT = (
    "set transaction isolation level repeatable read read only",
    "set local search_path = pg_catalog",
    "set local jit = off",
    # Starting helpers takes longer than what they would help with.
    "set local max_parallel_workers_per_gather = 0",
    "set local quote_all_identifiers = off",
    "set local datestyle = 'ISO, YMD'",
    "set local intervalstyle = 'postgres'",
    "set local extra_float_digits = 3",
)
_FIRST_USER_OID = 16_384
_OF_VALUES = frozenset({1260, 2613, 2619, 3429})
"""pg_authid, pg_largeobject, pg_statistic, pg_statistic_ext_data: theirs are no names."""
_OWN_TABLES = """
    select c.oid::int8
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname, c.relname) in (
      ('airlock', 'migrations'),
      ('supabase_migrations', 'schema_migrations'),
      ('supabase_migrations', 'seed_files')
    )
"""
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5}


class DatabaseError(AirlockError):
    """Postgres refused one of Airlock's own queries; `sqlstate` is five characters or empty."""

    code = "database"

    def __init__(self, message: str, *, sqlstate: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.sqlstate = sqlstate


class RowsRefused(AirlockError):
    """A query of Airlock's own would have read rows of a protected database; none was kept."""

    code = "boundary"

    def __init__(self, address: Address) -> None:
        super().__init__(
            f"{address}: a query asked for rows of a table that is not Airlock's own; the "
            "connection was closed and nothing of the answer was kept",
            hint="This is a bug in airlock: please report which command it was.",
        )


class Session:
    """One connection, outside any transaction unless `transaction()` is open.

    On the embedded server the session is opened by a superuser and acts as the project's role;
    `elevated()` lends the platform's rights to what runs inside it.
    """

    def __init__(self, connection: psycopg.Connection[Any], address: Address) -> None:
        self.connection = connection
        self.address = address
        self._own_tables: frozenset[int] = frozenset()
        """OIDs of the tables of the history, once one was met."""

    @property
    def embedded(self) -> bool:
        """Whether the database lives on Airlock's own server, or on a given one, see `Address`."""
        return self.address.embedded

    @property
    def server_major(self) -> int:
        """Major version of the server, such as 18."""
        return self.connection.info.server_version // 10_000

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction block is open, failed ones included."""
        return self.connection.info.transaction_status != pq.TransactionStatus.IDLE

    @property
    def failed(self) -> bool:
        """Whether the open transaction can only be rolled back."""
        return self.connection.info.transaction_status == pq.TransactionStatus.INERROR

    @property
    def closed(self) -> bool:
        """Whether the connection is gone."""
        return self.connection.closed

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one of Airlock's own queries and return its rows.

        Raises:
            DatabaseError: Postgres refused it.
            ConnectionFailed: the connection is gone.
        """
        # The error is raised outside of the `except` block, and not by a context manager: there
        # it would carry the driver's own, with all the server said, as its `__context__`.
        try:
            cursor = self.connection.execute(sql.encode(), parameters or None)
            if not self._is_refused(cursor):
                return cursor.fetchall() if cursor.description else []
            told = None
        except psycopg.Error as error:
            told = said(error, self.address)
        if told is None:
            raise RowsRefused(self.address)
        raise translate(told, self.connection, self.address, sql)

    def _is_refused(self, cursor: psycopg.Cursor[Any]) -> bool:
        """Whether a result has a column of a table that is not Airlock's own; it is cleared then.

        The second wall behind the queries themselves: a value that is computed from a column
        names no table, so this catches what was never meant, and not what is meant to get by.
        """
        result = cursor.pgresult
        if not self.address.protected or result is None:
            return False
        tables = {result.ftable(column) for column in range(result.nfields)}
        foreign = {table for table in tables if _holds_rows(table)} - self._own_tables
        if foreign and self.connection.pgconn.pipeline_status == pq.PipelineStatus.OFF:
            own = self.connection.execute(_OWN_TABLES).fetchall()
            self._own_tables = frozenset(oid for (oid,) in own)
        if not foreign - self._own_tables:
            return False
        result.clear()
        self.close()
        return True

    def snapshot(self, queries: Sequence[str]) -> list[list[Any]]:
        """Run catalog queries on one snapshot of the database, see `results`."""
        return list(self.results(queries))

    def results(self, queries: Sequence[str]) -> Generator[list[Any], None, None]:
        """Run catalog queries on one snapshot of the database, and yield each one's rows.

        Rows are named tuples. The queries go out together, so that the whole costs a few round
        trips, and the server works on the next ones while somebody looks at the rows of one.
        `search_path` is `pg_catalog`, so that Postgres qualifies every other name.

        Raises:
            DatabaseError: Postgres refused one.
            ConnectionFailed: the connection is gone.
        """
        try:
            with self.connection.transaction(), self.connection.pipeline():
                for setting in _SNAPSHOT:
                    self.connection.execute(setting)
                cursors = [
                    self.connection.cursor(row_factory=namedtuple_row).execute(query.encode())
                    for query in queries
                ]
                while cursors:
                    cursor = cursors.pop(0)
                    rows = cursor.fetchall()
                    if self._is_refused(cursor):
                        rows.clear()
                        raise RowsRefused(self.address)
                    yield rows
            return
        except psycopg.Error as error:
            told = said(error, self.address)
        raise translate(told, self.connection, self.address)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run one of Airlock's own statements; errors as in `fetch`."""
        self.fetch(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what runs inside, or roll it back when it raises."""
        try:
            with self.connection.transaction():
                yield
            return
        except psycopg.Error as error:
            told = said(error, self.address)
        raise translate(told, self.connection, self.address)

    def abandon(self) -> None:
        """Roll back what is open, if anything; over a lost connection the server has done so.

        Twice, if need be: a cancel that arrives late hits the first ROLLBACK.
        """
        for _ in range(2):
            if self.closed or not self.in_transaction:
                return
            with suppress(psycopg.Error):
                self.connection.rollback()

    @contextmanager
    def elevated(self) -> Iterator[None]:
        """Act as the platform's superuser; only on the embedded server."""
        assert self.embedded, "platform rights exist on the embedded server alone"
        self.act_as(PLATFORM_ROLE)
        try:
            yield
        finally:
            # A failed transaction undoes the change by itself.
            if not self.failed:
                self.act_as(PROJECT_ROLE)

    def act_as(self, role: str) -> None:
        """Become `role`, as if it had logged in; only a superuser's session can."""
        self.execute("set session authorization " + quote(role))

    def close(self) -> None:
        """Close the connection; the server rolls back what is open."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def translate(
    told: Said, connection: psycopg.Connection[Any] | None, address: Address, sql: str = ""
) -> AirlockError:
    """Return Airlock's error for a refusal, without secrets or rows; `sql` is Airlock's own."""
    state = told.sqlstate
    if (connection is not None and connection.closed) or state in {"57P01", "57P02", "57P03"}:
        with suppress(OSError):
            if address.data and is_full(address.data):
                # Without room for its log Postgres stops as a whole, and gives no reason.
                return ServerError(
                    f"the disk that holds {address.data} is full: the server stopped, and the "
                    f"connection to {address} was lost",
                    hint="Make room, then run the same command again: it continues where the "
                    "database stands.",
                )
        return ConnectionFailed(
            f"the connection to {address} was lost",
            hint="Start the command again: it continues where the database stands.",
        )
    if state == "53100":
        return ServerError(
            f"the disk of {address} is full",
            hint="Make room, then run the same command again; what was in flight is rolled back.",
        )
    if told.protected:
        return DatabaseError(f"{address}: {in_own_words(told, sql)}", sqlstate=state)
    primary = told.message or "the server closed the connection unexpectedly"
    return DatabaseError(f"{address}: {primary}", sqlstate=state, hint=told.hint)


def connect(address: Address, *, acting: bool = True) -> Session:
    """Open a connection.

    On the embedded server the session acts as the project's role, unless `acting` is False: then
    it is the platform's superuser, for work on the server itself.

    Raises:
        ConnectionFailed: nobody answers, or the server refuses the login.
    """
    options: dict[str, Any] = {
        "connect_timeout": _CONNECT_TIMEOUT_S,
        "application_name": "airlock",
        "client_encoding": "utf8",
        **_KEEPALIVE,
    }
    if address.embedded:
        # Roles have a search_path of their own, which would win over the database's.
        options["options"] = '-c search_path="$user",public,extensions'
    failure: ConnectionFailed
    try:
        # `prepare_threshold=None`: poolers in transaction mode lose prepared statements.
        connection = psycopg.connect(
            address.url, autocommit=True, prepare_threshold=None, **options
        )
    except psycopg.Error as error:
        failure = _connection_failure(str(error), address)
    else:
        session = Session(connection, address)
        try:
            if address.embedded and acting:
                session.act_as(PROJECT_ROLE)
            elif address.embedded and connection.info.user != PLATFORM_ROLE:
                session.act_as(PLATFORM_ROLE)
        except BaseException:
            session.close()
            raise
        return session
    raise failure


_CAUSES = (
    (r"password authentication failed|no password supplied", "the server refuses the password",
     "Check the password in the URL; special characters need percent-escapes."),
    (r"database \".*\" does not exist", "the database does not exist",
     "Check the database name at the end of the URL."),
    (r"role \".*\" does not exist", "the user does not exist",
     "Check the user name at the start of the URL."),
    (r"Connection refused|No such file or directory", "nobody answers there",
     "Check host and port, and that the server runs."),
    (r"timeout expired|timed out", "no answer within 10 seconds",
     "Check the host, the network and the firewall."),
    (r"could not translate host name|Name or service not known", "the host name is unknown",
     "Check the host in the URL."),
    (r"too many (clients|connections)|remaining connection slots",
     "the server is out of connections",
     "Close other sessions or use the pooler's address."),
    (r"invalid response to SSL negotiation", "what answers there does not speak Postgres",
     "Check host and port."),
    (r"invalid URI query parameter", "a parameter after the '?' of the URL has no meaning",
     "Check the names there, such as sslmode and connect_timeout."),
    (r"invalid \w+ value", "a parameter after the '?' of the URL has a value with no meaning",
     "Check the values there; sslmode is disable, prefer, require or verify-full."),
    (r"SSL|TLS", "the encrypted connection could not be made",
     "Check sslmode in the URL; a server without TLS needs sslmode=disable."),
    (r"No space left on device", "the disk of that server is full",
     "Make room there, then run the same command again."),
    (r"the database system is (starting up|shutting down)", "the server is starting or stopping",
     "Try again in a moment."),
)  # fmt: skip


def _holds_rows(table: int) -> bool:
    """Whether a table, by its OID, is a user's, or one of the server's that repeats values."""
    return table >= _FIRST_USER_OID or table in _OF_VALUES


def _connection_failure(text: str, address: Address) -> ConnectionFailed:
    """Name the cause; libpq's text can quote a mistyped password as a host, so it is not shown."""
    for pattern, what, hint in _CAUSES:
        if re.search(pattern, text):
            return ConnectionFailed(f"cannot connect to {address}: {what}", hint=hint)
    return ConnectionFailed(
        f"cannot connect to {address}",
        hint="Try the same URL with psql to see what the server says.",
    )
