"""A table is written anew from end to end while nobody can use it.

VACUUM FULL and CLUSTER copy the table and all of its indexes under an ACCESS EXCLUSIVE lock, and
need its size in free disk space. Nothing in a schema needs them: plain VACUUM makes the space free
for new rows, and pg_repack, or REPACK CONCURRENTLY from Postgres 19 on, gives it back to the disk
with a lock at the end only.

## Example
```sql
vacuum full public.orders;
```

## Use instead
```sql
vacuum public.orders;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, is_on, options, relation
from airlock.model.finding import Level

_REPACKS = 19
"""The major version from which on AL044 has the better answer."""


def check(act: Act) -> Hits:
    """Find VACUUM FULL and CLUSTER, of some tables or of all."""
    if act.context.major >= _REPACKS:
        return
    for table in _tables(act):
        what = f"{table}" if table else "one table after the other"
        yield Hit(
            message=f"nobody can use {what} until it is written anew",
            table=table,
        )


def _tables(act: Act) -> tuple[Name | None, ...]:
    if act.kind == "cluster_stmt":
        return (relation(act.node.relation) if act.node.HasField("relation") else None,)
    if not is_on(options(act.node.options).get("full")):
        return ()
    return tuple(relation(each.vacuum_relation.relation) for each in act.node.rels) or (None,)


RULE = Rule(
    level=Level.WARNING,
    on=("vacuum_stmt", "cluster_stmt"),
    act=check,
    spares_new=True,
    peers=(
        "pgrubic/US025",
        "pgrubic/US026",
        "postgres-language-server/banVacuumFull",
    ),
)
