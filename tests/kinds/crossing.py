"""Two servers, a schema on each, and the ways from one to the other and back.

There are two, since roles belong to a server as a whole: those of one schema must not be seen
when the other is read.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Self

from airlock.deploy.observe import run_observed, surprises
from airlock.diff.compare import compare
from airlock.errors import AirlockError
from airlock.kinds._spec import Style
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.plan import Plan
from airlock.plan.planner import plan
from airlock.plan.script import script
from airlock.server.address import Address
from airlock.server.cluster import Cluster
from airlock.server.connect import DatabaseError, Session, connect
from airlock.server.dump import dump, dump_roles
from airlock.server.statements import Runner
from airlock.sources.dumps import difference, normalised
from airlock.sources.live import read_catalog
from airlock.sources.sqltext import cut

OLD, NEW = "old.sql", "new.sql"
_NAMES = re.compile(r'"(?:[^"]|"")+"|\w+')

_NAME = r'("(?:[^"]|"")+"|[^\s"]+)'
_ABOUT_ROLES = re.compile(rf"(?:CREATE|ALTER|COMMENT ON) ROLE {_NAME}|GRANT {_NAME} TO {_NAME}")


def superuser(cluster: Cluster, database: str) -> Address:
    """Return an address under which everything can be made, and no rights are lent."""
    return replace(cluster.address(database), embedded=False)


def run_sql(session: Session, text: str, name: str = "text.sql") -> None:
    Runner(session, throw_away=True).run(cut(name, text))


def described(change: object) -> str:
    """Return a change in a line or a few, for a failure's message."""
    match type(change).__name__:
        case "Added":
            return f"missing: {change.node}"
        case "Removed":
            return f"too much: {change.node}"
    names = sorted(change.attributes)
    return "\n".join(
        f"{change.new.id} {name}: is {getattr(change.old, name)!r},"
        f" should be {getattr(change.new, name)!r}"
        for name in names
    )


@dataclass(slots=True, kw_only=True)
class Side:
    """A database that holds one of the two schemas."""

    cluster: Cluster
    database: str
    session: Session
    catalog: Catalog

    @classmethod
    def of(cls, cluster: Cluster, database: str, session: Session) -> Self:
        return cls(
            cluster=cluster, database=database, session=session, catalog=read_catalog(session)
        )

    def dumped(self, roles: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return what pg_dump says of the database, and pg_dumpall of these roles."""
        address = superuser(self.cluster, self.database)
        found = normalised(dump(address, build=self.cluster.build))
        if roles:
            said = normalised(dump_roles(address, build=self.cluster.build))
            found += tuple(text for text in said if _about_roles(text, roles))
        return found


def role_names(catalog: Catalog) -> frozenset[str]:
    """Return the roles that a schema uses; others are no concern of its plans."""
    return frozenset(id.path[0] for id in catalog.nodes if id.kind == "role")


def _about_roles(text: str, roles: frozenset[str]) -> bool:
    names = {name.strip('"').replace('""', '"') for name in _NAMES.findall(text)}
    if text.startswith("GRANT"):
        granted, _, member = text.removeprefix("GRANT ").partition(" TO ")
        member = member.partition(" WITH ")[0].partition(" GRANTED ")[0]
        return {granted.strip('"'), member.strip('"')} <= roles
    return bool(names & roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """What came of one way: `status` is `ok` or what went wrong, `detail` tells more."""

    status: str
    detail: str = ""
    text: str = ""
    plan: Plan | None = field(default=None, repr=False)
    surprises: tuple[str, ...] = ()
    """What statements did that their steps do not say."""


def cross(
    old: Side, wanted: Catalog, expected: Sequence[str], *, style: Style = Style.PLAIN
) -> Crossing:
    """Turn the schema of `old` into the one that was `wanted`, and judge what came out."""
    try:
        found = plan(old.catalog, wanted, style=style)
        text = script(found)
    except AirlockError as error:
        return Crossing(status="no plan", detail=error.message)
    crossing = Crossing(status="ok", text=text, plan=found)
    try:
        measured = run_observed(old.session, found, cut("plan.sql", text))
    except AirlockError as error:
        failure = getattr(error, "failure", None)
        at = f"\n{failure.statement.text}\n{failure.detail or ''}" if failure else ""
        return replace(crossing, status="refused", detail=f"{error.message}{at}")
    result = read_catalog(old.session)
    again = plan(result, wanted, style=style)
    left = difference(old.dumped(role_names(wanted)), expected)
    changes = "\n".join(map(described, compare(result, wanted)))
    if left:
        status = "residue" if changes or again else "silent"
        return replace(crossing, status=status, detail="\n".join((*left, changes)))
    if changes or again:
        return replace(crossing, status="restless", detail=changes or script(again))
    return replace(crossing, surprises=tuple(surprises(found, measured)))


@dataclass(slots=True, kw_only=True)
class Ground:
    """The two servers."""

    left: Cluster
    right: Cluster

    @contextmanager
    def sides(self, old: str, new: str) -> Iterator[tuple[Side, Side]]:
        """Yield the two schemas, loaded and read; both databases and their roles go at the end."""
        with ExitStack() as stack:
            yield (
                stack.enter_context(_side(self.left, old, OLD)),
                stack.enter_context(_side(self.right, new, NEW)),
            )

    def both_ways(
        self, old: str, new: str, *, style: Style = Style.PLAIN
    ) -> tuple[Crossing, Crossing]:
        """Cross from old to new and from new to old."""
        with self.sides(old, new) as (left, right):
            return _both_ways(left, right, style)

    def every_way(self, old: str, new: str) -> Iterator[Crossing]:
        """Cross both ways, and in the careful style where that means another plan."""
        with self.sides(old, new) as (left, right):
            ways = ((left.catalog, right.catalog), (right.catalog, left.catalog))
            careful = [_text(*way, Style.ONLINE) for way in ways]
            plain = _both_ways(left, right, Style.PLAIN)
        yield from plain
        if careful != [crossing.text for crossing in plain]:
            yield from self.both_ways(old, new, style=Style.ONLINE)


def _both_ways(left: Side, right: Side, style: Style) -> tuple[Crossing, Crossing]:
    expected_left = left.dumped(role_names(left.catalog))
    expected_right = right.dumped(role_names(right.catalog))
    left_catalog, right_catalog = left.catalog, right.catalog
    ways = (
        cross(left, right_catalog, expected_right, style=style),
        cross(right, left_catalog, expected_left, style=style),
    )
    if expected_left != expected_right:
        return ways
    there, back = (
        replace(way, status="needless", detail="pg_dump sees no difference")
        if way.plan and way.status == "ok"
        else way
        for way in ways
    )
    return there, back


def _text(old: Catalog, new: Catalog, style: Style) -> str:
    """Return a plan's text; what there is to say about one that cannot be made is said later."""
    try:
        return script(plan(old, new, style=style))
    except AirlockError:
        return ""


@contextmanager
def _side(cluster: Cluster, text: str, name: str) -> Iterator[Side]:
    database = f"case_{secrets.token_hex(6)}"
    with connect(superuser(cluster, "airlock")) as server:
        roles = _roles(server)
        server.execute(f"create database {quote(database)} template template0 owner postgres")
        try:
            with connect(superuser(cluster, database)) as session:
                run_sql(session, text, name)
                yield Side.of(cluster, database, session)
        finally:
            _drop(server, cluster, database)
            _drop_roles(server, _roles(server) - roles)


def _drop(server: Session, cluster: Cluster, database: str) -> None:
    drop = f"drop database {quote(database)} with (force)"
    try:
        server.execute(drop)
    except DatabaseError:
        # Subscriptions belong to the server as a whole: no force overrides them.
        with connect(superuser(cluster, database)) as session:
            for (name,) in session.fetch(
                "select subname from pg_subscription s join pg_database d on d.oid = s.subdbid"
                " where d.datname = current_database()"
            ):
                for action in ("alter {} disable", "alter {} set (slot_name = none)", "drop {}"):
                    session.execute(action.format(f"subscription {quote(name)}"))
        server.execute(drop)


def _roles(server: Session) -> set[str]:
    return {name for (name,) in server.fetch("select rolname from pg_roles")}


def _drop_roles(server: Session, names: set[str]) -> None:
    for name in sorted(names):
        with suppress(DatabaseError):
            server.execute(f"drop owned by {quote(name)}")
    for name in sorted(names):
        server.execute(f"drop role {quote(name)}")
