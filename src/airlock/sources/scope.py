"""What of a database is the project's own, and what is its platform's or Airlock's.

On a Supabase database the platform's schemas, and whatever its roles own elsewhere, are out of
scope, except for what a project makes there: policies, triggers that call its own functions,
tables in a publication, and privileges of its own roles. The histories of migrations are out of
scope everywhere, and so are the platform's roles and who runs the plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from airlock.kinds.comment import Comment
from airlock.kinds.default_privileges import DefaultPrivileges
from airlock.kinds.extension_grant import ExtensionGrant
from airlock.kinds.grant import Grant
from airlock.kinds.owner import Owner
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.node import Id, Node, satellite
from airlock.server.baseline import PLATFORM_ROLES
from airlock.server.baseline.lent import PLATFORM_SCHEMAS
from airlock.sources.unmodelled import ON_DATABASE

HISTORY_SCHEMAS = frozenset({"airlock", "supabase_migrations"})
"""Where Airlock and the Supabase CLI note which migrations have run."""

SUPABASE_SCHEMAS = PLATFORM_SCHEMAS | {
    "_analytics",
    "_realtime",
    "_supavisor",
    "etl",
    "pgsodium_masks",
}
"""Schemas of the platform, with those of its own services."""

_PLATFORM = frozenset(PLATFORM_ROLES) | {
    "cli_login_postgres",
    "pgsodium_keyholder",
    "pgsodium_keyiduser",
    "pgsodium_keymaker",
    "pgtle_admin",
    "supabase_superuser",
}
_NOT_OWNERS = frozenset({"anon", "authenticated", "postgres", "service_role"})
"""Roles of the platform that can own what is a project's."""
PLATFORM_OWNERS = _PLATFORM - _NOT_OWNERS
"""Roles of the platform whose objects are none of a project's."""
_AUTH = satellite("owner", Id("schema", ("auth",)))
_AUTH_OWNERS = frozenset({"supabase_admin", "supabase_auth_admin"})
_SETTING = "setting search_path of the database"
_PEOPLE = frozenset({"anon", "authenticated"})
_ABOUT_ROLES = frozenset({"membership", "role"})
_PARAMETERS = "privileges on parameters of the server: "
_PLATFORM_PARAMETERS = frozenset(
    {
        "log_lock_waits",
        "log_min_duration_statement",
        "log_min_messages",
        "log_statement",
        "log_temp_files",
        "session_replication_role",
        "track_io_timing",
        "wal_compression",
    }
)
"""What the platform lets `postgres` set, on every server that Airlock has prepared."""
_PUBLICATIONS = "supabase_realtime"
"""How the names of the platform's publications begin."""


def is_supabase(catalog: Catalog) -> bool:
    """Whether the database is one of the Supabase platform."""
    owner = catalog.nodes.get(_AUTH)
    return isinstance(owner, Owner) and owner.role in _AUTH_OWNERS


def stands_on_supabase(catalog: Catalog) -> bool:
    """Whether what is in scope needs something of the Supabase platform."""
    return any(
        id.kind != "role" and id.path[0] in SUPABASE_SCHEMAS and id not in catalog
        for node in catalog
        for id in catalog.needs(node.id)
    )


def hidden_schemas(catalog: Catalog) -> frozenset[str]:
    """Return the schemas whose objects are not the project's, whether or not they are there."""
    if not is_supabase(catalog):
        return HISTORY_SCHEMAS
    owned = {
        id.path[0]
        for id in catalog.nodes
        if id.kind == "schema" and _is_platforms(catalog, id) and id.path[0] != "public"
    }
    return HISTORY_SCHEMAS | SUPABASE_SCHEMAS | owned


def in_scope(catalog: Catalog) -> Catalog:
    """Return the part of a catalog that is the project's; edges to what is not are kept."""
    scope = _Scope(catalog=catalog)
    nodes = {node.id: node for node in scope.kept()}
    gone = catalog.nodes.keys() - nodes.keys() if len(nodes) < len(catalog) else set[Id]()
    return replace(
        catalog,
        nodes=MappingProxyType(nodes),
        edges=_without(catalog.edges, gone),
        autos=_without(catalog.autos, gone),
        unmodelled=tuple(filter(scope.is_left_over, catalog.unmodelled)),
    )


def _without(
    edges: Mapping[Id, frozenset[Id]], gone: AbstractSet[Id]
) -> Mapping[Id, frozenset[Id]]:
    if not any(id in edges for id in gone):
        return edges
    return MappingProxyType({id: found for id, found in edges.items() if id not in gone})


def owns_anything(catalog: Catalog, role: str) -> bool:
    """Whether a role owns an object."""
    return any(isinstance(node, Owner) and node.role == role for node in catalog)


def run_by(catalog: Catalog, role: str) -> Catalog:
    """Return the catalog as if `role` were who runs its plans and owns what those create.

    Who that is differs from server to server, and is no difference between two schemas.
    """
    if role == catalog.role:
        return catalog
    nodes = [_renamed(node, catalog.role, role) for node in catalog]
    moved = {old.id: new.id for old, new in zip(catalog, nodes, strict=True) if old.id != new.id}
    edges = {moved.get(id, id): found for id, found in catalog.edges.items()}
    autos = {moved.get(id, id): found for id, found in catalog.autos.items()}
    return catalog_of(
        nodes,
        edges=edges,
        autos=autos,
        major=catalog.major,
        role=role,
        unmodelled=catalog.unmodelled,
    )


def _renamed(node: Node, old: str, new: str) -> Node:
    """Put one role in the place of another where a node says who owns something."""
    match node:
        case Owner(role=role) if role == old:
            return replace(node, role=new, after=_instead(node.after, old, new))
        case Grant(owner=owner) if owner == old:
            return replace(node, owner=new)
        case DefaultPrivileges(id=Id(path=(role, *rest))) if role == old:
            id = Id(node.id.kind, (new, *rest))
            return replace(node, id=id, needs=_instead(node.needs, old, new))
    return node


def _instead(ids: tuple[Id, ...], old: str, new: str) -> tuple[Id, ...]:
    return tuple(Id("role", (new,)) if id == Id("role", (old,)) else id for id in ids)


@dataclass(slots=True, kw_only=True)
class _Scope:
    """Decides node by node, from the outermost parent inwards."""

    catalog: Catalog
    supabase: bool = field(init=False)
    hidden: frozenset[str] = field(init=False)
    decided: dict[Id | None, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.supabase = is_supabase(self.catalog)
        self.hidden = hidden_schemas(self.catalog)

    def kept(self) -> list[Node]:
        """Return what is in scope; of roles, those that something of it has to do with."""
        kept: list[Node] = []
        decided, short = self.decided, not self.supabase
        for node in self.catalog:
            # Most nodes are parts of what is in scope, and take no further look.
            if short and decided.get(node.parent) and type(node) is not Comment:
                kept.append(node)
            elif self._keeps(node):
                kept.append(self._own_part(node))
        used = self._used(kept)
        return [
            node
            for node in kept
            if node.id.kind not in _ABOUT_ROLES
            or all(name in used or self._is_strange(name) for name in node.id.path)
        ]

    def _used(self, kept: list[Node]) -> set[str]:
        """Return the roles that nodes name, and their members.

        Who only looks at what is out of scope, such as a history, is no part of the schema.
        """
        used = {
            id.path[0]
            for node in kept
            if (node.needs or node.after) and node.id.kind not in _ABOUT_ROLES
            for id in (*node.needs, *node.after)
            if id.kind == "role"
        }
        members = [node.id.path for node in kept if node.id.kind == "membership"]
        while more := {member for role, member in members if role in used} - used:
            used |= more
        return used

    def is_left_over(self, text: str) -> bool:
        """Whether what no kind covers may be the project's."""
        if text.startswith(_PARAMETERS):
            named = text.removeprefix(_PARAMETERS).split(", ")
            return not _PLATFORM_PARAMETERS.issuperset(named)
        if self.supabase and text.startswith(ON_DATABASE):
            return text.removeprefix(ON_DATABASE).rpartition(": ")[0] not in PLATFORM_OWNERS
        return not (self.supabase and text == _SETTING)

    def _own_part(self, node: Node) -> Node:
        """Leave out what the platform has on an object of its own, beside the project's roles."""
        if self.supabase and isinstance(node, ExtensionGrant):
            # The platform grants on members as it installs them, and takes away.
            given = tuple(entry for entry in node.given if entry[0] not in _PLATFORM)
            return replace(node, given=given, taken=())
        if not isinstance(node, Grant) or node.parent is None or self._has(node.parent):
            return node
        entries = tuple(entry for entry in node.entries if entry[0] not in _PLATFORM)
        return replace(node, entries=entries)

    def _has(self, id: Id) -> bool:
        """Whether an object is in scope; what is no node has the scope of its schema."""
        found = self.decided.get(id)
        if found is None:
            node = self.catalog.nodes.get(id)
            found = id.path[0] not in self.hidden if node is None else self._keeps(node)
            self.decided[id] = found
        return found

    def _keeps(self, node: Node) -> bool:
        id = node.id
        match id.kind:
            case "schema":
                return id.path[0] not in self.hidden
            case "role":
                return not self._is_strange(id.path[0])
            case "membership":
                # The platform makes the roles of the API members of nothing.
                return id.path[-1] in _PEOPLE or not all(map(self._is_strange, id.path))
            case "comment" if isinstance(node, Comment) and node.given:
                # It is the extension's own, and differs from one version to the next.
                return False
        if node.parent is not None and not self._has(node.parent):
            return self._is_made_by_project(node)
        return not (self.supabase and self._is_platforms(node))

    def _is_strange(self, role: str) -> bool:
        """Whether a role is Postgres's, the platform's, or who runs the plans, who is there."""
        return role in _PLATFORM or role.startswith("pg_") or role == self.catalog.role

    def _is_platforms(self, node: Node) -> bool:
        """Whether the platform made an object outside of its own schemas."""
        match node.id.kind:
            case "publication":
                return node.id.path[0].startswith(_PUBLICATIONS)
            case "default privileges":
                return node.id.path[0] in PLATFORM_OWNERS
            case "extension grant":
                # It grants on members as it installs them.
                return not self._names_own_role(node)
        return _is_platforms(self.catalog, node.id)

    def _is_made_by_project(self, node: Node) -> bool:
        """Whether a project made this on an object that is not its own."""
        if not self.supabase or self._schema(node) in HISTORY_SCHEMAS:
            return False
        needs = self.catalog.needs(node.id)
        match node.id.kind:
            case "policy":
                # On a table of an extension it came with the extension.
                return node.parent in self.catalog.nodes
            case "trigger":
                return any(self._has(need) for need in needs if need.kind == "routine")
            case "publication table" | "publication schema":
                return all(self._has(need) for need in needs if need != node.parent)
            case "grant":
                return self._names_own_role(node)
        return False

    def _names_own_role(self, node: Node) -> bool:
        """Whether privileges are about a role that is not the platform's."""
        named = (id.path[0] for id in node.after if id.kind == "role")
        return not _PLATFORM.issuperset(named)

    def _schema(self, node: Node) -> str:
        """Return the first name of a node's outermost parent: its schema's, if it is in one."""
        id: Id | None = node.id
        last = node.id
        while id is not None:
            last = id
            above = self.catalog.nodes.get(id)
            id = above.parent if above is not None else None
        return last.path[0]


def _is_platforms(catalog: Catalog, id: Id) -> bool:
    """Whether a role of the platform that is none of the project's owns an object."""
    owner = catalog.nodes.get(satellite("owner", id))
    return isinstance(owner, Owner) and owner.role in PLATFORM_OWNERS
