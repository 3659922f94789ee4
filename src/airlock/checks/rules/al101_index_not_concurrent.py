"""An index is built while nobody can write to its table.

CREATE INDEX holds a SHARE lock until the index is built: every INSERT, UPDATE and DELETE on the
table waits, for as long as Postgres needs to read all of it. CONCURRENTLY reads the table twice and
lets writes pass. It cannot run inside a transaction block, so Airlock runs it outside of the file's
own. When it fails it leaves an invalid index behind; drop that before the next attempt.

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

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find an index on a table, not on a partitioned one, that is built in the open."""
    index = act.node
    if index.concurrent:
        return
    _, end = act.word("index")
    edit = Edit(start=end, end=end, text=" concurrently")
    yield Hit(
        message=f"writes to {relation(index.relation)} wait while its index is built",
        table=relation(index.relation),
        subject=index.idxname,
        fix=edited(act, edit),
        edits=(edit,),
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
    ),
)
