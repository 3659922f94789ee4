"""Rows are written while a table is locked against everybody.

A statement before it took an ACCESS EXCLUSIVE lock, which is held until the commit: as long as the
rows are being written nobody can so much as read that table. Put the change of the schema and the
change of the rows into files of their own.

Tables that a pending migration makes do not count, nor those that it drops, nor does a row that is
written out in an INSERT.

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

from bisect import bisect
from collections.abc import Mapping, Sequence
from operator import attrgetter

from airlock.checks._drops import dropped
from airlock.checks._locks import LOCKING, newly_excluded
from airlock.checks.act import Act, File, remembered
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, relation
from airlock.model.finding import Level

_WRITING = frozenset({"update_stmt", "delete_stmt", "insert_stmt", "merge_stmt"})


def check(act: Act) -> Hits:
    """Find a lock and the first rows that its transaction writes behind it."""
    names = newly_excluded(act)
    writes = _writes(act.file).get(act.transaction, ()) if names else ()
    behind = bisect(writes, act.index, key=attrgetter("index"))
    if behind == len(writes):
        return
    first = writes[behind]
    written = relation(first.node.relation)
    for name in names:
        if not (shut := _shut(act, name)):
            continue
        yield Hit(
            message=f"nobody can use {shut} until these rows of {written} are written",
            at=first.offset(0),
            table=name,
        )


def _shut(act: Act, name: Name) -> str:
    """Return what nobody can use; nothing for a table that goes, which nobody uses any more."""
    goes = {each.name: each.sort for each in dropped(act)} if act.kind == "drop_stmt" else {}
    match goes.get(name):
        case "index":
            return f"the table of {name}"
        case "table" | "foreign table" if name not in act.file.made:
            return ""
        case _:
            return str(name)


@remembered
def _writes(file: File) -> Mapping[int | None, Sequence[Act]]:
    """Return the writes of each transaction that are not to a table that the file makes."""
    found: dict[int | None, list[Act]] = {}
    for act in file.acts:
        writes = act.runs and act.kind in _WRITING and _is_large(act)
        if writes and not act.is_new(relation(act.node.relation)):
            found.setdefault(act.transaction, []).append(act)
    return found


def _is_large(act: Act) -> bool:
    """Whether it may write many rows: not an INSERT of rows that are written out."""
    return act.kind != "insert_stmt" or bool(act.node.select_stmt.select_stmt.from_clause)


RULE = Rule(
    level=Level.WARNING,
    on=LOCKING,
    act=check,
    spares_new=True,
    peers=(
        "strong_migrations/backfill",
        "bytebase/statement-disallow-mix-ddl-dml",
        "bytebase/statement-disallow-mix-in-ddl",
    ),
)
