"""A role of the Data API can become one that passes every policy by.

A member of a role may SET ROLE to it. Where `anon` or `authenticated` become members of
`service_role`, or of the owner of the tables, people read and write the rows of everybody.

## Example
```sql
grant service_role to authenticated;
```

## Use instead
```sql
revoke service_role from authenticated;
```
"""

from airlock.checks._rights import role_name
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Rule, Schema
from airlock.kinds.membership import Membership
from airlock.kinds.role import Role
from airlock.model.finding import Level
from airlock.model.node import Id

_PEOPLE = frozenset({"anon", "authenticated", "public"})
_POWERFUL = frozenset({"service_role", "postgres", "supabase_admin"})


def check(act: Act) -> Hits:
    """Find GRANT of such a role to people."""
    if not act.node.is_grant:
        return
    members = [role_name(each.role_spec) for each in act.node.grantee_roles]
    for each in act.node.granted_roles:
        role = each.access_priv.priv_name
        for member in members:
            if member in _PEOPLE and role in _POWERFUL:
                yield Hit(message=_message(member, role), subject=f"{role} {member}")


def audit(schema: Schema) -> Flaws:
    """Find such a member, but for the role through which the API signs in."""
    for node in schema.catalog:
        if not isinstance(node, Membership):
            continue
        role, member = node.id.path[-2:]
        if member in _PEOPLE and (role in _POWERFUL or _passes(schema, role)):
            yield Flaw(
                subject=node.id,
                message=_message(member, role),
                fix=f"revoke {role} from {member};",
            )


def _passes(schema: Schema, role: str) -> bool:
    node = schema.catalog.nodes.get(Id("role", (role,)))
    return isinstance(node, Role) and (node.bypassrls or node.superuser)


def _message(member: str, role: str) -> str:
    return f"{member} can become {role}, which passes every policy by"


RULE = Rule(
    level=Level.ERROR,
    on=("grant_role_stmt",),
    act=check,
    schema=audit,
    blames=("grant_role_stmt",),
    peers=("pgrls/SEC029", "pgrls/SEC048"),
)
