"""Memberships between roles that the objects of a database refer to.

Roles belong to the whole server: a membership is taken back only where both of its roles are in
use on either side, so that one that another database lives by stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._acl import block
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.model.names import literal, quote
from airlock.model.node import Id, Late, Node, OnChange, attr
from airlock.model.step import Step, Verb

_OPTIONS_SINCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Node):
    """A role's member; the path is the role and the member. Who granted it is no difference."""

    admin: bool = attr(OnChange.ALTER)
    inherit: bool | None = attr(
        OnChange.ALTER, late=Late(since=_OPTIONS_SINCE, before=None, usual=True)
    )
    """None before 16, where the member's own attribute decides."""
    set: bool | None = attr(
        OnChange.ALTER, late=Late(since=_OPTIONS_SINCE, before=None, usual=True)
    )
    """Whether the member can SET ROLE; None before 16, where it always can."""


def query(major: int) -> str:
    """Return the query of memberships, but for what a role's creator gets from 16 on.

    That is one with the admin option alone, granted by the bootstrap superuser (CREATE ROLE).
    """
    options, mine = "null::bool as inherit, null::bool as set", ""
    if major >= _OPTIONS_SINCE:
        options = "bool_or(m.inherit_option) as inherit, bool_or(m.set_option) as set"
        mine = "where m.grantor <> 10 or m.inherit_option or m.set_option"
    return f"""
        select
          m.roleid as oid,
          m.member as subid,
          pg_get_userbyid(m.roleid) as role,
          pg_get_userbyid(m.member) as name,
          bool_or(m.admin_option) as admin,
          {options}
        from pg_auth_members m
        {mine}
        group by m.roleid, m.member
    """


def load(row: Row, resolve: Resolve) -> Membership | None:
    """Read a membership of a role that is known, in one that is or that Postgres brings along."""
    role, member = Id("role", (row.role,)), Id("role", (row.name,))
    known = resolve("pg_authid", row.oid, 0) is not None or _is_predefined(row.role)
    if not known or resolve("pg_authid", row.subid, 0) is None:
        return None
    return Membership(
        id=Id("membership", (row.role, row.name)),
        needs=(role, member),
        admin=row.admin,
        inherit=row.inherit,
        set=row.set,
    )


def create(membership: Membership, context: Context) -> Iterator[Step]:
    """Grant it unless the server has it."""
    role, member = membership.id.path
    real = " and (m.inherit_option or m.set_option)" if context.major >= _OPTIONS_SINCE else ""
    yield Step(
        sql=block(
            "begin\n"
            "  if not exists (\n"
            "    select from pg_auth_members m\n"
            "    join pg_roles r on r.oid = m.roleid\n"
            "    join pg_roles u on u.oid = m.member\n"
            f"    where r.rolname = {literal(role)} and u.rolname = {literal(member)}{real}\n"
            "  ) then\n"
            f"    {_grant(membership, context)};\n"
            "  end if;\n"
            "end"
        ),
        verb=Verb.CREATE,
        target=membership.id,
    )


def drop(membership: Membership, context: Context) -> Iterator[Step]:
    """Take it back where both roles are still in use."""
    role, member = membership.id.path
    is_used = Id("role", (role,)) in context.new or _is_predefined(role)
    if is_used and Id("role", (member,)) in context.new:
        yield Step(
            sql=f"revoke {quote(role)} from {quote(member)}",
            verb=Verb.DROP,
            target=membership.id,
            hazard="a membership belongs to all databases of the server",
        )


def alter(
    old: Membership, new: Membership, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Change its options."""
    del old, changed
    role, member = new.id.path
    sql = _grant(new, context)
    if context.major < _OPTIONS_SINCE and not new.admin:
        sql = f"revoke admin option for {quote(role)} from {quote(member)}"
    yield Step(sql=sql, verb=Verb.ALTER, target=new.id)


def _grant(membership: Membership, context: Context) -> str:
    role, member = membership.id.path
    text = f"grant {quote(role)} to {quote(member)}"
    if context.major < _OPTIONS_SINCE:
        return f"{text} with admin option" if membership.admin else text
    options = [f"admin {_word(membership.admin)}"]
    if membership.inherit is not None:
        options.append(f"inherit {_word(membership.inherit)}")
    if membership.set is not None:
        options.append(f"set {_word(membership.set)}")
    return f"{text} with {', '.join(options)}"


def _is_predefined(role: str) -> bool:
    return role.startswith("pg_")


def _word(value: bool) -> str:
    return "true" if value else "false"


SPEC = KindSpec(
    name="membership",
    node=Membership,
    catalog="pg_auth_members",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=6,
    is_said=True,
)
