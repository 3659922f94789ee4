"""A table is attached as a partition, and all of its rows are read under a lock.

Postgres makes sure that every row belongs there. Nobody can use the table meanwhile, nor the
default partition, which is read too. A valid CHECK that says the same as the partition's bounds
makes the scan unnecessary: add it as NOT VALID, validate it, attach, and drop it. For columns that
may be null, it has to say `is not null` as well.

It says nothing where a pending migration makes the partition, or gives it a CHECK.

## Example
```sql
alter table public.events
    attach partition public.events_2026 for values from ('2026-01-01') to ('2027-01-01');
```

## Use instead
```sql
alter table public.events_2026
    drop constraint if exists events_2026_bounds,
    add constraint events_2026_bounds
    check (happened_at is not null and happened_at >= '2026-01-01' and happened_at < '2027-01-01')
    not valid;
```
```sql
alter table public.events_2026 validate constraint events_2026_bounds;
alter table public.events
    attach partition public.events_2026 for values from ('2026-01-01') to ('2027-01-01');
```
"""

from airlock.checks._tables import altered, constraints_before, definition, others
from airlock.checks.act import Act
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import Name, relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find an ATTACH PARTITION of a table that nothing is known of."""
    for table, sort, command in altered(act):
        if sort != "AT_AttachPartition":
            continue
        partition = relation(definition(command).partition_cmd.name)
        if not _is_checked(act, partition):
            yield Hit(
                message=f"nobody can use {partition} while all of its rows are checked against "
                f"its bounds in {table}",
                table=partition,
                unless=(Fact(Knows.CHECK, partition),),
            )


def _is_checked(act: Act, partition: Name) -> bool:
    """Whether it has some valid CHECK: whether that says enough is for Postgres to prove."""
    if any(each.type == "c" and each.validated for each in constraints_before(act, partition)):
        return True
    validated = others(act, partition, "AT_ValidateConstraint")
    return any(earlier.index < act.index for earlier, _ in validated)


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"attach"}),
    peers=("postgres-language-server/avoidAttachingPartition",),
)
