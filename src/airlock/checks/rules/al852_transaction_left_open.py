"""A transaction is opened and never closed.

When the connection ends, Postgres rolls it back: nothing of what stands behind the BEGIN has
happened, and nothing says so.

## Example
```sql
begin;
comment on table internal.orders is 'One row for each order.';
```

## Use instead
```sql
comment on table internal.orders is 'One row for each order.';
```
"""

from airlock.checks._transactions import Flaw, controls
from airlock.checks.act import File
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule
from airlock.model.finding import Level


def check(file: File) -> Hits:
    """Find the BEGIN without an end."""
    for act, flaw in controls(file):
        if flaw is Flaw.OPEN:
            end = len(file.text)
            semicolon = "" if file.text.rstrip().endswith(";") else ";"
            yield Hit(
                message="nothing commits what is done from here on",
                at=act.start,
                fix="commit;",
                edits=(Edit(start=end, end=end, text=f"{semicolon}\ncommit;\n"),),
                mend=Mend.UNSAFE,
            )


RULE = Rule(
    level=Level.ERROR,
    file=check,
    peers=(
        "squawk/ban-uncommitted-transaction",
        "postgres-language-server/transactionNesting",
    ),
)
