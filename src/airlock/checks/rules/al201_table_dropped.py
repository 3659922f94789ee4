"""A table is dropped, and its rows with it.

Nothing brings the rows back but a backup, and a program that still runs fails at its next query.
Drop a table when nothing has used it for a while: first take the program's use of it out, then
rename it, and drop it a release later.

A table that a pending migration makes is left alone.

## Example
```sql
drop table if exists public.orders;
```

## Use instead
```sql
comment on table public.orders is 'Not used since release 41; to be dropped in release 43.';
```
"""

from airlock.checks._drops import dropped, is_made_again
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a table that goes."""
    for each in dropped(act, "table"):
        anew = ", and an empty one takes its place" if is_made_again(act, each) else ""
        yield Hit(message=f"the rows of {each.name} are lost{anew}", table=each.name)


RULE = Rule(
    level=Level.WARNING,
    on=("drop_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/ban-drop-table",
        "pgrubic/US021",
        "django-migration-linter/DROP_TABLE",
        "atlas/DS102",
        "bytebase/table-drop-naming",
        "safe-migrate/irreversible-migration",
        "postgres-language-server/banDropTable",
    ),
)
