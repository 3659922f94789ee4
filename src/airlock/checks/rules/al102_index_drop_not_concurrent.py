"""An index is dropped while its table is locked against everybody.

DROP INDEX takes an ACCESS EXCLUSIVE lock on the index's table: it waits for every query that runs,
and all that come after it, reads too, wait behind it. CONCURRENTLY waits without making others
wait. It takes one index at a time, knows no CASCADE, and runs outside of a transaction, where
Airlock puts it.

The index of a partitioned table cannot be dropped that way, and one that a pending migration makes
needs no care.

## Example
```sql
drop index if exists public.orders_customer_id_idx;
```

## Use instead
```sql
drop index concurrently if exists public.orders_customer_id_idx;
```
"""

from airlock.checks._drops import is_dropped_after
from airlock.checks._tables import index_before
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import Name, enum, qualified
from airlock.kinds.index import Index
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a DROP INDEX in the open."""
    drop = act.node
    if enum(drop, "remove_type") != "OBJECT_INDEX" or drop.concurrent:
        return
    single = len(drop.objects) == 1 and enum(drop, "behavior") != "DROP_CASCADE"
    for each in drop.objects:
        name = qualified(each.list.items)
        before = index_before(act, name)
        if before is not None and (before.partitioned or _goes_anyway(act, before)):
            continue
        _, end = act.word("index")
        edit = Edit(start=end, end=end, text=" concurrently")
        guard = " if exists" if drop.missing_ok else ""
        yield Hit(
            message=f"everybody who uses the table of {name} waits until the index is dropped",
            table=name,
            fix=edited(act, edit) if single else f"drop index concurrently{guard} {name};",
            edits=(edit,) if single and act.may_run_alone else (),
        )


def _goes_anyway(act: Act, index: Index) -> bool:
    """Whether the file drops its table afterwards, which nobody uses any more then."""
    return index.parent is not None and is_dropped_after(act, Name(*index.parent.path))


RULE = Rule(
    level=Level.WARNING,
    on=("drop_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"index"}),
    peers=(
        "squawk/require-concurrent-index-deletion",
        "pgrubic/US019",
        "django-migration-linter/DROP_INDEX",
        "postgres-language-server/requireConcurrentIndexDeletion",
    ),
)
