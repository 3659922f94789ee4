"""Row-level security policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._relation import relation
from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, by_attributes
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb

_COMMANDS = {"r": "select", "a": "insert", "w": "update", "d": "delete", "*": "all"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Node):
    """A policy of a table."""

    command: str = attr(holds=Holds.NAMES)
    permissive: bool = attr()
    roles: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Sorted names; `public` for everybody."""
    using: str | None = attr(OnChange.ALTER, holds=Holds.SQL)
    check: str | None = attr(OnChange.ALTER, holds=Holds.SQL)


def query(major: int) -> str:
    """Return the query of policies."""
    del major
    return f"""
        select
          p.oid,
          n.nspname as schema,
          c.relname as relation,
          c.relkind::text as relkind,
          p.polname as name,
          p.polcmd::text as command,
          p.polpermissive as permissive,
          case
            when p.polroles <> '{{0}}'
            then (
              select array_agg(r.rolname::text order by r.rolname)
              from pg_roles r
              where r.oid = any(p.polroles)
            )
          end as roles,
          pg_get_expr(p.polqual, p.polrelid) as using,
          pg_get_expr(p.polwithcheck, p.polrelid) as check
        from pg_policy p
        join pg_class c on c.oid = p.polrelid
        join pg_namespace n on n.oid = c.relnamespace
        where {own_schema("n")}
          and {no_member("pg_policy", "p.oid")}
    """


def load(row: Row, resolve: Resolve) -> Policy:
    """Read a policy."""
    del resolve
    roles = tuple(row.roles or ())
    return Policy(
        id=Id("policy", (row.schema, row.relation, row.name)),
        parent=relation(row.relkind, row.schema, row.relation),
        needs=tuple(Id("role", (role,)) for role in roles),
        command=_COMMANDS[row.command],
        permissive=row.permissive,
        roles=roles or ("public",),
        using=row.using,
        check=row.check,
    )


def address(id: Id) -> str:
    """Return `policy "name" on "schema"."table"`."""
    return f"policy {quote(id.path[-1])} on {quote(*id.path[:-1])}"


def create(policy: Policy, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    way = "" if policy.permissive else " as restrictive"
    command = "" if policy.command == "all" else f" for {policy.command}"
    yield _step(
        policy,
        Verb.CREATE,
        f"create {address(policy.id)}{way}{command}{_roles(policy)}"
        f"{_using(policy)}{_check(policy)}",
    )


def drop(policy: Policy, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield _step(policy, Verb.DROP, f"drop {address(policy.id)}")


def impact(old: Policy, new: Policy, changed: frozenset[str]) -> Impact:
    """Weigh a change: ALTER POLICY has no way to take a clause out."""
    cleared = (new.using is None and "using" in changed) or (
        new.check is None and "check" in changed
    )
    return Impact.REPLACE if cleared else by_attributes(old, new, changed)


def alter(old: Policy, new: Policy, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Change roles and conditions in place, so that the table is never without its policy."""
    del old, context
    clauses = _roles(new, always=True) if "roles" in changed else ""
    clauses += _using(new) if "using" in changed else ""
    clauses += _check(new) if "check" in changed else ""
    yield _step(new, Verb.ALTER, f"alter {address(new.id)}{clauses}")


def _step(policy: Policy, verb: Verb, sql: str) -> Step:
    assert policy.parent is not None
    return Step(
        sql=sql,
        verb=verb,
        target=policy.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(policy.parent,),
    )


def _roles(policy: Policy, *, always: bool = False) -> str:
    if policy.roles == ("public",):
        return " to public" if always else ""
    return " to " + ", ".join(quote(role) for role in policy.roles)


def _using(policy: Policy) -> str:
    return f" using ({policy.using})" if policy.using is not None else ""


def _check(policy: Policy) -> str:
    return f" with check ({policy.check})" if policy.check is not None else ""


SPEC = KindSpec(
    name="policy",
    node=Policy,
    catalog="pg_policy",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.ACCESS_EXCLUSIVE),
    order=70,
    address=address,
    pins_types=True,
)
