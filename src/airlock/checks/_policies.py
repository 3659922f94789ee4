"""Policies in one shape, whether a statement makes them or a catalog holds them.

A rule about policies is one function over this shape; `in_text` and `in_schema` make of it the two
forms that a rule has. Conditions of a catalog are text, and are parsed as they would be in a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from airlock.checks._later import is_undone
from airlock.checks.act import Act, Context, File, remembered
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Schema
from airlock.checks.syntax import PUBLIC, Name, enum, relation, strings
from airlock.kinds.policy import Policy as Known
from airlock.kinds.table import Table
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.node import Id
from airlock.server.baseline.lent import PLATFORM_SCHEMAS
from airlock.sources.sqltext import Node, tree, walk

ON = ("create_policy_stmt",)
ON_CONDITIONS = ("create_policy_stmt", "alter_policy_stmt")
"""Where the command does not matter: ALTER POLICY does not say it."""
LOW = frozenset({"public", "anon", "authenticated"})
"""Roles that people reach through the API."""
SIGNED_OUT = frozenset({"public", "anon"})
"""Those that need no account."""
_OPEN_SCHEMAS = frozenset({"storage", "realtime"})
"""Schemas of the platform in which policies are the project's."""
_EVERY = frozenset({"select", "insert", "update", "delete"})
_ROLES = {
    "ROLESPEC_PUBLIC": "public",
    "ROLESPEC_CURRENT_USER": "current_user",
    "ROLESPEC_CURRENT_ROLE": "current_user",
    "ROLESPEC_SESSION_USER": "session_user",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy. Of ALTER POLICY, what it does not say is empty."""

    table: Name
    name: str
    command: str
    """`select`, `insert`, `update`, `delete`, `all`; empty where it is not known."""
    permissive: bool
    roles: tuple[str, ...]
    using: Node | None
    check: Node | None
    context: Context
    act: Act | None = None
    id: Id | None = None
    catalog: Catalog | None = None

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"policy {quote(self.name)} on {self.table}"

    @property
    def commands(self) -> frozenset[str]:
        """The commands that it is for."""
        return _EVERY if self.command == "all" else frozenset({self.command} - {""})

    @property
    def conditions(self) -> Iterator[Node]:
        """What it asks, USING first."""
        return (each for each in (self.using, self.check) if each is not None)

    @property
    def low(self) -> tuple[str, ...]:
        """Its roles that people reach through the API."""
        return tuple(role for role in self.roles if role in LOW)

    def place(self, node: Node) -> int | None:
        """Return where in the file a node of its conditions stands; None for a catalog's."""
        if self.act is None:
            return None
        location = getattr(node, "location", -1)
        return self.act.offset(location) if location >= 0 else None


Judge = Callable[[Policy], Iterable[Hit]]


def in_text(judge: Judge) -> Callable[[Act], Hits]:
    """Return what asks the same of CREATE POLICY and ALTER POLICY."""

    def check(act: Act) -> Hits:
        if not is_undone(act):
            yield from judge(stated(act))

    return check


def in_schema(judge: Judge) -> Callable[[Schema], Flaws]:
    """Return what asks the same of each policy of a schema; the first answer counts."""

    def audit(schema: Schema) -> Flaws:
        for policy in held(schema):
            for hit in judge(policy):
                assert policy.id is not None
                yield Flaw(
                    subject=policy.id,
                    message=hit.message,
                    level=hit.level,
                    why=hit.why,
                    fix=hit.fix,
                )
                break

    return audit


@remembered
def stated(act: Act) -> Policy:
    """Return what CREATE POLICY or ALTER POLICY says."""
    node = act.node
    creates = act.kind == "create_policy_stmt"
    check = node.with_check
    return Policy(
        table=relation(node.table),
        name=node.policy_name,
        command=(node.cmd_name or "all") if creates else "",
        permissive=node.permissive if creates else True,
        roles=tuple(_role(each.role_spec) for each in node.roles),
        using=node.qual if node.HasField("qual") else None,
        check=check if node.HasField("with_check") else None,
        context=act.context,
        act=act,
    )


def _role(spec: Node) -> str:
    return _ROLES.get(enum(spec, "roletype")) or str(spec.rolename)


def held(schema: Schema) -> Iterator[Policy]:
    """Yield the policies of a schema, those of the platform left out."""
    for node in schema.catalog:
        if isinstance(node, Known) and is_own(Name(*node.id.path[:2]), schema.context):
            yield _known(node, schema)


def is_own(table: Name, context: Context) -> bool:
    """Whether the policies of a table are the project's to write."""
    hidden = PLATFORM_SCHEMAS - _OPEN_SCHEMAS
    return not context.supabase or table.schema not in hidden


def protects(policy: Policy) -> bool:
    """Whether row-level security is on for its table, as far as is known."""
    if policy.catalog is None:
        return True
    table = policy.catalog.nodes.get(Id("table", tuple(policy.table)))
    return not isinstance(table, Table) or table.row_security


def _known(node: Known, schema: Schema) -> Policy:
    return Policy(
        table=Name(*node.id.path[:2]),
        name=node.id.path[-1],
        command=node.command,
        permissive=node.permissive,
        roles=node.roles,
        using=condition(node.using),
        check=condition(node.check),
        context=schema.context,
        id=node.id,
        catalog=schema.catalog,
    )


@lru_cache(maxsize=4096)
def condition(text: str | None) -> Node | None:
    """Parse an expression of a catalog; None where there is none."""
    parsed = tree(f"select {text}") if text else None
    if parsed is None or parsed.kind != "select_stmt" or not parsed.node.target_list:
        return None
    return parsed.node.target_list[0].res_target.val


Among = Callable[[Policy, tuple[Policy, ...]], Iterable[Hit]]
"""Judges a policy among those of its table that stand before it."""


def in_text_by_table(judge: Among) -> Callable[[Act], Hits]:
    """Return what asks about CREATE POLICY and those that the same file made before it."""

    def check(act: Act) -> Hits:
        if not is_undone(act):
            policy = stated(act)
            yield from judge(policy, tuple(_standing(act, policy)))

    return check


def _standing(act: Act, policy: Policy) -> Iterator[Policy]:
    """Yield the table's policies that the file has made and not dropped again."""
    for index, other, gone in _made(act.file):
        if index < act.index < gone and other.table == policy.table and other.name != policy.name:
            yield other


@remembered
def _made(file: File) -> tuple[tuple[int, Policy, int], ...]:
    """Return the policies of a file with where each is made and dropped."""
    found: list[tuple[int, Policy, int]] = []
    end = len(file.acts)
    for act in file.acts:
        if not act.runs:
            continue
        if act.kind == "create_policy_stmt":
            found.append((act.index, stated(act), end))
        elif act.kind == "drop_stmt" and enum(act.node, "remove_type") == "OBJECT_POLICY":
            for each in act.node.objects:
                *path, name = strings(each.list.items)
                table = Name(path[-2] if len(path) > 1 else PUBLIC, path[-1])
                found = [
                    (index, other, act.index)
                    if gone == end and (other.table, other.name) == (table, name)
                    else (index, other, gone)
                    for index, other, gone in found
                ]
    return tuple(found)


def in_schema_by_table(judge: Among) -> Callable[[Schema], Flaws]:
    """Return what asks about each policy of a schema among the others of its table."""

    def audit(schema: Schema) -> Flaws:
        before: dict[Name, list[Policy]] = {}
        for policy in sorted(held(schema), key=lambda each: (each.table, each.name)):
            others = before.setdefault(policy.table, [])
            for hit in judge(policy, tuple(others)):
                assert policy.id is not None
                yield Flaw(subject=policy.id, message=hit.message, level=hit.level, fix=hit.fix)
                break
            others.append(policy)

    return audit


def overlaps(one: Policy, other: Policy) -> bool:
    """Whether both let rows through for a command and a role that they share."""
    if not (one.permissive and other.permissive and one.commands & other.commands):
        return False
    roles = set(one.roles) & set(other.roles)
    return bool(roles) or "public" in one.roles or "public" in other.roles


def is_twin(one: Policy, other: Policy) -> bool:
    """Whether two policies of a table differ by their names alone."""
    same = (one.command, one.permissive, set(one.roles)) == (
        other.command,
        other.permissive,
        set(other.roles),
    )
    return same and all(
        _shape(mine) == _shape(its)
        for mine, its in ((one.using, other.using), (one.check, other.check))
    )


def _shape(node: Node | None) -> object:
    """Return a condition without the places of its words."""
    if node is None:
        return None
    shape = type(node)()
    shape.CopyFrom(node)
    for _, each in walk(shape):
        if "location" in each.DESCRIPTOR.fields_by_name:
            each.location = 0
        for name in ("rexpr_list_start", "rexpr_list_end"):
            if name in each.DESCRIPTOR.fields_by_name:
                setattr(each, name, 0)
    return shape.SerializeToString(deterministic=True)


_SPLIT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_VERBS = {
    "select": "select read reads view views see sees fetch",
    "insert": "insert inserts create creates add adds upload uploads",
    "update": "update updates edit edits change changes",
    "delete": "delete deletes remove removes",
}
_COMMAND_OF = {word: command for command, words in _VERBS.items() for word in words.split()}
_ALL = "manage manages management managed full everything crud control controls operations"
_EVERYTHING = frozenset(_ALL.split())


def words(name: str) -> list[str]:
    """Return the words of a name in any spelling, in lower case."""
    return [word.lower() for word in _SPLIT.findall(name)]


def named_commands(name: str) -> frozenset[str]:
    """Return the commands that a policy's name speaks of; empty where it speaks of all."""
    found = words(name)
    if not _EVERYTHING.isdisjoint(found) or "all access" in " ".join(found):
        return frozenset()
    return frozenset(_COMMAND_OF[word] for word in found if word in _COMMAND_OF)
