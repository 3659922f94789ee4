"""Rows are written while a table is locked against everybody.

A statement before it took an ACCESS EXCLUSIVE lock, which is held until the commit: as long as the
rows are being written nobody can so much as read that table. Put the change of the schema and the
change of the rows into files of their own.

Tables that a pending migration makes do not count, nor does a row that is written out in an INSERT.

## Example
```sql
alter table public.orders add column if not exists total_cents bigint;
update public.orders set total_cents = price_cents * quantity
    where id in (select id from public.orders where total_cents is null order by id limit 5000);
```

## Use instead
```sql
alter table public.orders add column if not exists total_cents bigint;
```
```sql
update public.orders set total_cents = price_cents * quantity
    where id in (select id from public.orders where total_cents is null order by id limit 5000);
```
"""

from airlock.checks._locks import held
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a write of rows under the lock of an earlier statement; once for each such table."""
    written = relation(act.node.relation)
    if act.is_new(written) or not _is_large(act):
        return
    seen = set()
    for _, name in held(act):
        if name not in seen:
            seen.add(name)
            yield Hit(
                message=f"nobody can use {name} until these rows of {written} are written",
                table=name,
                subject=f"{name} {written}",
            )


def _is_large(act: Act) -> bool:
    """Whether it may write many rows: not an INSERT of rows that are written out."""
    if act.kind != "insert_stmt":
        return True
    source = act.node.select_stmt.select_stmt
    return bool(source.from_clause)


RULE = Rule(
    level=Level.WARNING,
    on=("update_stmt", "delete_stmt", "insert_stmt", "merge_stmt"),
    act=check,
    spares_new=True,
    peers=(
        "strong_migrations/backfill",
        "bytebase/statement-disallow-mix-ddl-dml",
        "bytebase/statement-disallow-mix-in-ddl",
    ),
)
