"""A unique index is made over rows that are there, and fails at the first duplicate.

What is unique in a test database need not be so in production. A build that fails under
CONCURRENTLY leaves an invalid index behind, which slows down every write until it is dropped. Look
for duplicates first, and decide what becomes of them in the same file.

It says nothing where the file deletes or changes rows of the table first.

## Example
```sql
create unique index concurrently if not exists customers_email_key on public.customers (email);
```

## Use instead
```sql
delete from public.customers older using public.customers newer
    where older.email = newer.email and older.id < newer.id;
create unique index concurrently if not exists customers_email_key on public.customers (email);
```
"""

from collections.abc import Mapping

from airlock.checks.act import Act, File, remembered
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a unique index on a table whose rows nobody has looked at."""
    table = relation(act.node.relation)
    if act.node.unique and _first_written(act.file).get(table, act.index) >= act.index:
        yield Hit(
            message=f"two rows of {table} with the same values make this fail",
            table=table,
            subject=act.node.idxname,
        )


@remembered
def _first_written(file: File) -> Mapping[Name, int]:
    """Return the first act that changes or deletes rows of each table."""
    found: dict[Name, int] = {}
    for act in file.acts:
        if act.runs and act.kind in {"delete_stmt", "update_stmt"}:
            found.setdefault(relation(act.node.relation), act.index)
    return found


RULE = Rule(
    level=Level.NOTE,
    on=("index_stmt",),
    act=check,
    spares_new=True,
    peers=("atlas/MF101", "atlas/MF102"),
)
