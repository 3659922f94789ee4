"""An index is built while nobody can write to its table.

CREATE INDEX holds a SHARE lock until the index is built: every INSERT, UPDATE and DELETE on the
table waits, for as long as Postgres needs to read all of it. CONCURRENTLY reads the table twice and
lets writes pass. It cannot run inside a transaction block, so Airlock runs it outside of the file's
own. When it fails it leaves an invalid index behind; drop that before the next attempt.

A partitioned table takes no CONCURRENTLY: build the index of each partition that way, and attach
them to one that is made on the partitioned table itself, with ON ONLY, in no time.

An index on a table that a pending migration creates is left alone: nobody waits for it.

## Example
```sql
create index if not exists orders_customer_id_idx on public.orders (customer_id);
```

## Use instead
```sql
create index concurrently if not exists orders_customer_id_idx on public.orders (customer_id);
```
"""

from airlock.checks._tables import is_partitioned
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find an index that is built in the open, or in a way that a partitioned table refuses."""
    index, table = act.node, relation(act.node.relation)
    partitioned = is_partitioned(act, table)
    if index.concurrent and partitioned:
        yield Hit(
            message=f"{table} is partitioned: no index of it can be built concurrently",
            table=table,
            subject=index.idxname,
        )
    if index.concurrent or not index.relation.inh:
        return
    message = f"writes to {table} wait while its index is built"
    if partitioned:
        after = act.word("on")[1]
        only = edited(act, Edit(start=after, end=after, text=" only"))
        yield Hit(
            message=f"{message}, and to all of its partitions",
            table=table,
            subject=index.idxname,
            fix=f"{only}\n-- for each partition: create index concurrently …; then\n"
            f"alter index {index.idxname} attach partition …;",
        )
        return
    _, end = act.word("index")
    edit = Edit(start=end, end=end, text=" concurrently")
    yield Hit(
        message=message,
        table=table,
        subject=index.idxname,
        fix=edited(act, edit),
        edits=(edit,) if act.may_run_alone else (),
    )


RULE = Rule(
    level=Level.WARNING,
    on=("index_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/require-concurrent-index-creation",
        "eugene/E6",
        "pgrubic/US016",
        "strong_migrations/add_index",
        "django-migration-linter/CREATE_INDEX",
        "bytebase/index-create-concurrently",
        "postgres-language-server/requireConcurrentIndexCreation",
    ),
)
