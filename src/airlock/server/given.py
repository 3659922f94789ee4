"""A server that the user gives for shadows, in place of Airlock's own.

It serves no other purpose: databases are made and dropped there, roles are made and changed. That
is looked at before the first use, and a server that holds anything else is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote as escape
from urllib.parse import unquote, urlsplit

from airlock.errors import ServerError
from airlock.model.finding import Finding, Level
from airlock.model.names import literal, quote
from airlock.server.address import Address
from airlock.server.baseline import EXTENSIONS, Baseline
from airlock.server.baseline.lent import PLATFORM_SCHEMAS
from airlock.server.builds import MAJORS, Origin, check_known, other_major
from airlock.server.cluster import content_id
from airlock.server.connect import PLATFORM_ROLE, PROJECT_ROLE, Session, connect
from airlock.server.preparation import adopt
from airlock.server.registry import DATABASE

_MARK = "airlock"
_PURPOSE = (
    "Give Airlock a server of its own: it makes and drops databases there, and changes roles."
)


class UnfitServer(ServerError):
    """The given server cannot serve for shadows as it is, or should not."""

    code = "unfit-server"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBuild:
    """The Postgres of a given server; `version` is such as `18.6`."""

    version: str
    system: int
    """The data directory's own number, which a copy shares and no other server has."""
    lacks: tuple[str, ...]
    """Extensions of the Supabase baseline that are not there, sorted."""

    @property
    def major(self) -> int:
        """The first number of the version."""
        return int(self.version.partition(".")[0])

    @property
    def origin(self) -> Origin:
        """Where it comes from."""
        return Origin.GIVEN

    @property
    def id(self) -> str:
        """A name that no other server has, and that changes with what its baseline holds."""
        return "-".join((self.origin, self.version, str(self.system), *self.lacks))


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenServer:
    """A server that was examined and prepared."""

    build: GivenBuild
    login: Address
    """As the user gave it: of a superuser, in any database."""

    def address(self, database: str, *, label: str | None = None) -> Address:
        """Return where a database of this server is."""
        url = _in_database(self.login.url, database)
        return Address(label=label or self.login.label, url=url, embedded=True)

    def other_major(self, wanted: int | None) -> Finding | None:
        """Say that production's major version is another one."""
        if wanted is None:
            return None
        check_known(wanted)
        if wanted == self.build.major:
            return None
        return other_major(wanted, self.build, fix=self.fix_for_major(wanted))

    def fix_for_major(self, major: int) -> str:
        """Say how shadows come to run on another major version."""
        return f"Give a shadow server of Postgres {major}, or none: airlock db install {major}"

    def gaps(self, baseline: Baseline) -> Finding | None:
        """Say which of the baseline's extensions are missing: nothing stands in for them."""
        if baseline is not Baseline.SUPABASE or not self.build.lacks:
            return None
        names = ", ".join(self.build.lacks)
        return Finding(
            code="missing-extensions",
            level=Level.WARNING,
            message=f"{self.login} lacks what every project on the platform has: {names}",
            key=f"missing-extensions:{names}",
            why="A given server has no stand-ins for extensions: a file that uses them fails.",
            fix="Install them there, or let Airlock's own server serve, which has stand-ins.",
        )


def given_server(login: Address) -> GivenServer:
    """Examine the server that a superuser's URL leads to, and prepare it before its first use.

    Raises:
        UnfitServer: its version is unknown, the role is no superuser, or it serves something else.
        ConnectionFailed: nobody answers, or the server refuses the login.
    """
    with connect(login) as session:
        server = GivenServer(build=_examined(session), login=login)
        mark = " ".join((_MARK, content_id(), *server.build.lacks))
        if _mark(session) == mark:
            return server
        with session.transaction():
            # Makes whoever else prepares the server wait, in any of its databases, and no one else.
            session.execute("lock table pg_catalog.pg_shseclabel in share update exclusive mode")
            found = _mark(session)
            if found == mark:
                return server
            if not found:
                _refuse_other_purposes(session)
            with connect(login) as other:
                adopt(server, other)
            session.execute(f"comment on database {quote(DATABASE)} is {literal(mark)}")
    return server


_FACTS = """
select
  session_user,
  (select rolsuper from pg_roles where rolname = session_user),
  exists (select from pg_roles where rolname = %s and rolsuper),
  pg_is_in_recovery(),
  (select pg_encoding_to_char(encoding) from pg_database where datname = 'template0'),
  (select system_identifier from pg_control_system()),
  current_setting('server_version_num')::int,
  array(
    select name
    from unnest(%s::text[]) as name
    where name not in (select a.name from pg_available_extensions a)
    order by name
  )
"""


def _examined(session: Session) -> GivenBuild:
    """Look at everything that a server for shadows needs."""
    where = session.address
    if session.server_major not in MAJORS:
        raise UnfitServer(
            f"{where} is Postgres {session.server_major}, and Airlock knows "
            f"{MAJORS[0]} to {MAJORS[-1]}",
            hint="Give a server of one of these versions, or none.",
        )
    ((user, powerful, project_powerful, standby, encoding, system, number, lacks),) = session.fetch(
        _FACTS, [PROJECT_ROLE, list(EXTENSIONS)]
    )
    if standby:
        raise UnfitServer(f"{where} is a read-only standby", hint=_PURPOSE)
    if not powerful:
        raise UnfitServer(
            f"{where}: the role {user} is no superuser, and shadows need one",
            hint=f"{_PURPOSE} As a superuser there: alter role {quote(user)} superuser;",
        )
    if project_powerful:
        raise UnfitServer(
            f"{where}: the role {PROJECT_ROLE} is a superuser; migrations run as {PROJECT_ROLE}, "
            "which must not be one, as on the hosted platform",
            hint=f"Start the server with another one: POSTGRES_USER={PLATFORM_ROLE} for the "
            f"container image, initdb -U {PLATFORM_ROLE} elsewhere. Or, as a second superuser: "
            f"alter role {PROJECT_ROLE} rename to {PLATFORM_ROLE}; and change the URL.",
        )
    if encoding != "UTF8":
        raise UnfitServer(
            f"{where}: its databases are in {encoding}, and migrations are in UTF-8",
            hint="Make the server anew: initdb --encoding=UTF8.",
        )
    major, minor = divmod(number, 10_000)
    return GivenBuild(version=f"{major}.{minor}", system=system, lacks=tuple(lacks))


def _mark(session: Session) -> str:
    """Return the note that the server was prepared, and by what; empty without one."""
    rows = session.fetch(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
        [DATABASE],
    )
    found = rows[0][0] if rows else None
    return found if found and found.startswith(_MARK) else ""


_OTHER_TABLES = """
select exists (
  select
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p')
    and n.nspname !~ '^(pg_|information_schema$)'
    and n.nspname <> all(%s)
    and not exists (
      select
      from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
)
"""


def _refuse_other_purposes(session: Session) -> None:
    """Raise when a database holds tables: this may be anything, production included."""
    rows = session.fetch(
        "select datname"
        " from pg_database"
        " where datallowconn and not datistemplate and datname <> %s"
        " order by datname",
        [DATABASE],
    )
    login = session.address
    for (database,) in rows:
        with connect(replace(login, url=_in_database(login.url, database))) as inside:
            ((found,),) = inside.fetch(_OTHER_TABLES, [sorted(PLATFORM_SCHEMAS)])
        if found:
            raise UnfitServer(
                f"{login} has tables in its database {database}: it serves another purpose",
                hint=_PURPOSE,
            )


def _in_database(url: str, database: str) -> str:
    """Return the same URL with another database."""
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair]
    kept = [pair for pair in pairs if unquote(pair.partition("=")[0]) != "dbname"]
    query = f"?{'&'.join(kept)}" if kept else ""
    return f"{parts.scheme}://{parts.netloc}/{escape(database, safe='')}{query}"
