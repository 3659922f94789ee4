"""A protected database full of canaries, on a server that Airlock knows by its URL alone."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote as escaped

import psycopg
from matcher import Canary, Kind, Mint

from airlock.model.names import literal, quote
from airlock.server.cluster import Cluster
from airlock.server.connect import PLATFORM_ROLE, Session, connect
from airlock.server.logins import Names, grants

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))
import leaks

SQL = Path(__file__).parent / "sql"
_MARK = re.compile(r"⟦(?P<kind>\w+) (?P<where>[^|⟧]*)(?:\|(?P<around>[^⟧]*))?⟧")
"""Where a planted file wants a canary: what it is, where it stands, and what is around it."""
_LOGINS = ("inspector", "deployer", "backup")
HISTORY = ("supabase_migrations.schema_migrations", "airlock.migrations")


@dataclass(slots=True, kw_only=True)
class Protected:
    """The database, and what was planted in it."""

    cluster: Cluster
    database: str
    mint: Mint
    logins: dict[str, str] = field(default_factory=dict)
    """Names of the roles, by what they are for."""
    passwords: dict[str, str] = field(default_factory=dict)
    leaking: str = ""
    """What stands in the rows of the table of leaks."""
    uncopyable: str = ""
    """SQL that makes what only a superuser may make."""
    tables: frozenset[int] = frozenset()
    """OIDs of all relations that hold rows, Airlock's history aside."""

    def url(self, login: str, *, port: int | None = None, password: str | None = None) -> str:
        """Return the URL of a login; `port` is that of a proxy."""
        secret = escaped(self.passwords[login] if password is None else password, safe="")
        place = f"127.0.0.1:{port or self.cluster.port}/{self.database}"
        return f"postgresql://{self.logins[login]}:{secret}@{place}?sslmode=prefer"

    @contextmanager
    def boss(self) -> Iterator[Session]:
        """Look into the database as its server's superuser."""
        with connect(self.cluster.address(self.database), acting=False) as session:
            yield session

    @contextmanager
    def deployer(self, port: int | None = None) -> Iterator[psycopg.Connection]:
        """Connect as the owner of the tables, with nothing of Airlock's between."""
        url = self.url("deployer", port=port)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


@contextmanager
def planted(cluster: Cluster) -> Iterator[Protected]:
    """Make the database with all that stands in it, and somebody who works there."""
    mark = secrets.token_hex(4)
    found = Protected(cluster=cluster, database=f"canaries_{mark}", mint=Mint())
    with connect(cluster.address("postgres"), acting=False) as session:
        for name in _LOGINS:
            found.logins[name] = role = f"{name}_{mark}"
            found.passwords[name] = password = _password(found.mint, name)
            session.execute(f"create role {quote(role)} login password {literal(password)}")
        owner = quote(found.logins["deployer"])
        session.execute(f"create database {quote(found.database)} template template0 owner {owner}")
    with ExitStack() as stack:
        with found.boss() as session:
            _fill(session, found)
            _leaks(session, found)
            session.execute(grants(_names(found), environment="production", platform=()))
            found.tables = _tables(session)
        for where in ("statement of another session", "statement of the deployer's other session"):
            stack.enter_context(_at_work(found, where))
        yield found


def _password(mint: Mint, login: str) -> str:
    """Return a password with all that has to be escaped, and a canary in each of its parts."""
    parts = (mint.text(Kind.PASSWORD, f"password of the {login}, part {n}") for n in range(1, 5))
    return "{}@/{}%#{}:? {}".format(*parts)


def _fill(session: Session, found: Protected) -> None:
    for path in sorted(SQL.glob("*_*.sql")):
        session.connection.execute(_read(path, found).encode())
    found.uncopyable = _read(SQL / "uncopyable.sql", found)


def _leaks(session: Session, found: Protected) -> None:
    """Make what the table of leaks starts from, with a canary of this run in its rows."""
    found.leaking = found.mint.text(Kind.ROW, "table of leaks")
    text = leaks.SETUP.replace(leaks.CANARY, found.leaking)
    session.act_as(found.logins["deployer"])
    session.connection.execute(text.encode())
    session.act_as(PLATFORM_ROLE)


def _names(found: Protected) -> Names:
    return Names(**{name: found.logins[name] for name in _LOGINS})


def _read(path: Path, found: Protected) -> str:
    """Return a file's SQL with the names of this database, and with canaries."""
    words = {f":{name}": quote(role) for name, role in found.logins.items()}
    words |= {":database": quote(found.database), ":mark": found.database.rpartition("_")[2]}
    text = path.read_text(encoding="utf-8")
    for word, name in words.items():
        text = text.replace(word, name)
    return sown(text, found.mint)


def sown(text: str, mint: Mint) -> str:
    """Return SQL with a new canary at each place that wants one."""

    def sow(wish: re.Match[str]) -> str:
        kind, around = Kind(wish["kind"]), wish["around"] or "{}"
        match around:
            case "number":
                return str(mint.number(kind, wish["where"]))
            case "uuid":
                return mint.uuid(kind, wish["where"])
            case "address":
                return mint.address(kind, wish["where"])
        return mint.text(kind, wish["where"], around)

    return _MARK.sub(sow, text)


def _tables(session: Session) -> frozenset[int]:
    rows = session.fetch(
        """
        select c.oid::int
        from pg_class c
        where c.oid >= 16384
          and c.relkind in ('r', 'p', 'm', 'S', 't', 'v', 'f')
          and not c.oid = any(%s::regclass[])
        """,
        (list(HISTORY),),
    )
    return frozenset(oid for (oid,) in rows)


@contextmanager
def _at_work(found: Protected, where: str) -> Iterator[None]:
    """Keep a session open whose statement, and whose name, are of rows."""
    text = found.mint.text(Kind.ROW, where)
    name = found.mint.text(Kind.ROW, f"application_name beside the {where}")
    with found.boss() if "another" in where else found.deployer() as session:
        connection = session.connection if isinstance(session, Session) else session
        connection.execute(f"set application_name = {literal(name)}")
        connection.execute(f"select count(*) from app.people where email = {literal(text)}")
        yield


def canary_in(found: Protected, where: str) -> Canary:
    """Return the canary that stands at a place."""
    (canary,) = (canary for canary in found.mint.made if canary.where == where)
    return canary
