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

from collections import defaultdict
from collections.abc import Mapping, Sequence

from airlock.checks._drops import is_dropped_after
from airlock.checks.act import Act, File, remembered
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
        if is_dropped_after(act, table):
            continue
        granted = {role for at, role in _grants(act.file).get(table, ()) if at > act.index}
        roles = sorted(_roles(act) - granted)
        if roles:
            yield Hit(
                message=f"{few(roles)} can no longer use {lost} on {table}",
                at=act.offset(each.range_var.location),
                table=table,
                subject=f"{table} {' '.join(roles)}",
            )


def _roles(act: Act) -> set[str]:
    return {each.role_spec.rolename or "public" for each in act.node.grantees}


@remembered
def _grants(file: File) -> Mapping[Name, Sequence[tuple[int, str]]]:
    """Return which acts grant something on each table, and to whom."""
    found: dict[Name, list[tuple[int, str]]] = defaultdict(list)
    for act in file.acts:
        if act.kind == "grant_stmt" and act.node.is_grant:
            for each in act.node.objects:
                if each.WhichOneof("node") == "range_var":
                    found[relation(each.range_var)] += [(act.index, role) for role in _roles(act)]
    return found


RULE = Rule(
    level=Level.NOTE,
    on=("grant_stmt",),
    act=check,
    spares_new=True,
    peers=(),
)
