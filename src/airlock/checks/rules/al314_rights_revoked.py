"""A role loses rights on a table that it may be using.

Queries of that role fail from here on, with "permission denied". That is right where nothing uses
them, and an outage where the last release still does: see what runs as that role first.

A table that a pending migration makes is left alone, and so is a REVOKE that the file follows with
a GRANT to the same role on the same table.

## Example
```sql
revoke insert, update on internal.orders from authenticated;
```

## Use instead
```sql
revoke insert, update on internal.orders from authenticated;
grant insert, update (note) on internal.orders to authenticated;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, enum, relation
from airlock.model.finding import Level
from airlock.model.names import few


def check(act: Act) -> Hits:
    """Find rights on tables that are taken away."""
    if act.node.is_grant or enum(act.node, "objtype") != "OBJECT_TABLE":
        return
    lost = few([each.access_priv.priv_name for each in act.node.privileges]) or "all rights"
    for each in act.node.objects:
        if each.WhichOneof("node") != "range_var":
            continue
        table = relation(each.range_var)
        roles = sorted(_roles(act) - _granted(act, table))
        if roles:
            yield Hit(
                message=f"{few(roles)} can no longer use {lost} on {table}",
                at=act.offset(each.range_var.location),
                table=table,
                subject=f"{table} {' '.join(roles)}",
            )


def _roles(act: Act) -> set[str]:
    return {each.role_spec.rolename or "public" for each in act.node.grantees}


def _granted(act: Act, table: Name) -> set[str]:
    """Return the roles that get something on the table after it."""
    return {
        role
        for later in act.after
        if later.kind == "grant_stmt" and later.node.is_grant
        if any(relation(each.range_var) == table for each in later.node.objects)
        for role in _roles(later)
    }


RULE = Rule(
    level=Level.NOTE,
    on=("grant_stmt",),
    act=check,
    spares_new=True,
    peers=(),
)
