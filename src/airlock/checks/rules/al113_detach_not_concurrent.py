"""A partition is detached while nobody can use the partitioned table.

DETACH PARTITION takes ACCESS EXCLUSIVE locks on the partition and on the whole table, so that all
queries on any partition queue up behind it. With CONCURRENTLY they go on. It cannot run inside a
transaction block, so Airlock runs it outside of the file's own, and a table with a default
partition does not take it.

## Example
```sql
alter table public.events detach partition public.events_2019;
```

## Use instead
```sql
alter table public.events detach partition public.events_2019 concurrently;
```
"""

from airlock.checks._tables import altered, definition, end_of
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import Name, relation
from airlock.kinds.partition import Partition
from airlock.model.finding import Level
from airlock.model.node import Id


def check(act: Act) -> Hits:
    """Find a DETACH PARTITION in the open."""
    for table, sort, command in altered(act):
        if sort != "AT_DetachPartition" or definition(command).partition_cmd.concurrent:
            continue
        named = definition(command).partition_cmd.name
        end = end_of(act, named.location)
        edit = Edit(start=end, end=end, text=" concurrently")
        possible = not _has_default(act, relation(named))
        yield Hit(
            message=f"nobody can use {table} while {relation(named)} is detached",
            table=table,
            subject=f"{table} {relation(named)}",
            fix=edited(act, edit) if possible else None,
            edits=(edit,) if possible and act.may_run_alone else (),
        )


def _has_default(act: Act, partition: Name) -> bool:
    catalog = act.context.before
    found = catalog.nodes.get(Id("partition", tuple(partition))) if catalog else None
    return isinstance(found, Partition) and found.has_default


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"detach"}),
    peers=(
        "squawk/require-concurrent-partition-detach",
        "pgrubic/US027",
        "postgres-language-server/requireConcurrentDetachPartition",
    ),
)
