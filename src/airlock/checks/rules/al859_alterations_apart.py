"""A table is altered several times where once would do.

Each ALTER TABLE that reads or writes all rows does so again; the commands of one statement share a
single pass. One statement also takes the lock once.

## Example
```sql
alter table internal.orders add column if not exists note text;
alter table internal.orders add column if not exists source text;
```

## Use instead
```sql
alter table internal.orders
    add column if not exists note text,
    add column if not exists source text;
```
"""

from airlock.checks._tables import altered
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level

_APART = {"AT_AttachPartition", "AT_DetachPartition", "AT_ValidateConstraint"}
"""What has to be, or has reason to be, a statement by itself."""


def check(act: Act) -> Hits:
    """Find an ALTER TABLE that could be a part of an earlier one in its transaction."""
    table = relation(act.node.relation)
    if not _joins(act):
        return
    for earlier in act.before:
        same = earlier.kind == act.kind and relation(earlier.node.relation) == table
        if same and _joins(earlier) and earlier.transaction == act.transaction is not None:
            yield Hit(message=f"{table} is altered a second time", table=table)
            return


def _joins(act: Act) -> bool:
    sorts = {sort for _, sort, _ in altered(act)}
    return act.statement is not None and bool(sorts) and not sorts & _APART


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    opt_in=True,
    peers=(
        "eugene/W12",
        "bytebase/statement-merge-alter-table",
        "postgres-language-server/multipleAlterTable",
    ),
)
