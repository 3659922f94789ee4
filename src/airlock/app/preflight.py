"""What is said before two sources are compared: what cannot be, and what a server lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airlock.app.naming import spelled
from airlock.model.finding import Finding, Level

if TYPE_CHECKING:
    from airlock.model.catalog import Catalog
    from airlock.model.node import Id
    from airlock.server.connect import Session

_OUTSIDE = """
    select
      array(select e.name::text from pg_catalog.pg_available_extensions() e),
      array(
        select c.collname::text
        from pg_catalog.pg_collation c
        where c.collnamespace = 'pg_catalog'::pg_catalog.regnamespace
      ),
      array(select r.rolname::text from pg_catalog.pg_roles r),
      (
        select pg_catalog.pg_get_userbyid(d.datdba)::text
        from pg_catalog.pg_database d
        where d.datname = pg_catalog.current_database()
      ),
      not exists (
        select
        from pg_catalog.pg_class c
        where c.relkind in ('r', 'p', 'f')
          and c.oid >= 16384
          and not pg_catalog.has_table_privilege(c.oid, 'select')
      )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What a source's server has besides the schema."""

    extensions: frozenset[str]
    """Those that can be created."""
    collations: frozenset[str]
    """Postgres's own."""
    roles: frozenset[str]
    owner: str
    """Who owns the database."""
    may_dump: bool
    """Whether `pg_dump` may lock every table, for which it needs SELECT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison; a snapshot has no server."""

    label: str
    catalog: Catalog
    server: Server | None


def server_of(session: Session) -> Server:
    """Look at what stands outside of a schema, and whether `pg_dump` may read all of it."""
    ((extensions, collations, roles, owner, may_dump),) = session.fetch(_OUTSIDE)
    return Server(
        extensions=frozenset(extensions),
        collations=frozenset(collations),
        roles=frozenset(roles),
        owner=owner,
        may_dump=may_dump or session.embedded,
    )


def said_before(old: Side, new: Side, lost: Sequence[tuple[Id, str]] = ()) -> Iterator[Finding]:
    """Say what one side needs that the other cannot have, and what cannot be compared.

    `lost` are attributes that only the newer of two major versions has.
    """
    majors = old.catalog.major, new.catalog.major
    if all(majors) and majors[0] != majors[1]:
        yield _other_major(old, new, lost)
    if old.server is None:
        return
    for what, needed, there in (
        ("role", _roles(new.catalog), old.server.roles),
        ("extension", _extensions(new.catalog), old.server.extensions),
        ("collation", _collations(new.catalog), old.server.collations),
    ):
        for name in sorted(needed - there):
            yield _lacks(what, name, old.label, new.label)


def _other_major(old: Side, new: Side, lost: Sequence[tuple[Id, str]]) -> Finding:
    majors = old.catalog.major, new.catalog.major
    names: dict[str, list[str]] = {}
    for id, attribute in lost:
        kind, name = spelled(id)
        names.setdefault(f"{kind} {attribute.replace('_', ' ')}", []).append(name)
    listed = "; ".join(f"{what}: {', '.join(found)}" for what, found in names.items())
    left_out = f"Not compared: {listed}." if names else "Nothing had to be left out."
    return Finding(
        code="majors-differ",
        level=Level.WARNING if names else Level.NOTE,
        message=f"{old.label} is Postgres {majors[0]}, {new.label} is Postgres {majors[1]}",
        key=f"majors-differ:{majors[0]}:{majors[1]}",
        why="What each version prints or adds in its own way was brought to one form first. "
        f"{left_out}",
        fix="To compare all of it, compare on one version: set postgres under [project] in "
        "airlock.toml."
        if names
        else None,
    )


def _lacks(what: str, name: str, old: str, new: str) -> Finding:
    made = what == "role"
    return Finding(
        code=f"missing-{what}",
        level=Level.NOTE if made else Level.WARNING,
        message=f"the server of {old} lacks the {what} {name}, which {new} needs",
        key=f"missing-{what}:{name}",
        why="The plan creates it, without a password."
        if made
        else "A statement of the plan fails there.",
        fix=None if made else f"Install it on the server, or take it out of {new}.",
    )


def _roles(catalog: Catalog) -> set[str]:
    return {id.path[0] for id in catalog.nodes if id.kind == "role"} - {catalog.role}


def _extensions(catalog: Catalog) -> set[str]:
    return {id.path[0] for id in catalog.nodes if id.kind == "extension"}


def _collations(catalog: Catalog) -> set[str]:
    """Return the names of Postgres's own collations that columns and domains have."""
    found = {getattr(node, "collation", None) for node in catalog}
    head = "pg_catalog."
    return {
        name.removeprefix(head).strip('"').replace('""', '"')
        for name in found
        if isinstance(name, str) and name.startswith(head)
    }
