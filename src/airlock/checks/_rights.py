"""Who is given what: GRANT and REVOKE in plain words, and what a catalog says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from airlock.checks._policies import LOW
from airlock.checks.syntax import Name, enum, qualified, relation
from airlock.kinds._acl import Entries
from airlock.kinds.grant import Grant
from airlock.model.catalog import Catalog
from airlock.model.node import Id, satellite
from airlock.sources.sqltext import Node

ROWS = frozenset({"select", "insert", "update", "delete"})
"""Privileges that reach rows through the API."""
_SPECIAL = {
    "ROLESPEC_PUBLIC": "public",
    "ROLESPEC_CURRENT_USER": "current_user",
    "ROLESPEC_CURRENT_ROLE": "current_user",
    "ROLESPEC_SESSION_USER": "session_user",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A GRANT or a REVOKE."""

    grants: bool
    sort: str
    """What it is on, as the grammar calls it: `OBJECT_TABLE`."""
    names: tuple[Name, ...]
    """The objects; all of a schema has an empty name."""
    privileges: frozenset[str]
    """Empty for ALL."""
    columns: tuple[str, ...]
    """Those named in parentheses behind a privilege to read."""
    roles: tuple[str, ...]

    @property
    def low(self) -> tuple[str, ...]:
        """The roles that people reach through the API."""
        return tuple(role for role in self.roles if role in LOW)

    def reaches(self, privileges: Iterable[str]) -> bool:
        """Whether it is about any of these."""
        return not self.privileges or not self.privileges.isdisjoint(privileges)


def given(node: Node) -> Right:
    """Return what a `GrantStmt` says."""
    held = [each.access_priv for each in node.privileges]
    return Right(
        grants=node.is_grant,
        sort=enum(node, "objtype"),
        names=tuple(_name(each, node) for each in node.objects),
        privileges=frozenset(each.priv_name.lower() for each in held if each.priv_name),
        columns=tuple(
            column.string.sval
            for each in held
            if each.priv_name.lower() in {"", "select"}
            for column in each.cols
        ),
        roles=tuple(role_name(each.role_spec) for each in node.grantees),
    )


def role_name(spec: Node) -> str:
    """Return the role that a `RoleSpec` means; `public` is everybody."""
    return _SPECIAL.get(enum(spec, "roletype")) or str(spec.rolename)


def _name(each: Node, node: Node) -> Name:
    match each.WhichOneof("node"):
        case "range_var":
            return relation(each.range_var)
        case "object_with_args":
            return qualified(each.object_with_args.objname)
        case "string" if enum(node, "targtype") == "ACL_TARGET_ALL_IN_SCHEMA":
            return Name(each.string.sval, "")
        case "string":
            return Name("", each.string.sval)
        case "list":
            return qualified(each.list.items)
        case _:
            return Name("", "")


def entries(catalog: Catalog, target: Id) -> Entries | None:
    """Return what a catalog says is granted on an object; None where nothing was ever."""
    found = catalog.nodes.get(satellite("grant", target))
    return found.entries if isinstance(found, Grant) else None


def readers(catalog: Catalog, target: Id, privileges: Iterable[str] = ROWS) -> tuple[str, ...]:
    """Return the roles of the API that have any of these privileges on an object."""
    wanted = frozenset(privileges)
    found = entries(catalog, target) or ()
    return tuple(sorted({who for who, what, _, _ in found if who in LOW and what in wanted}))
