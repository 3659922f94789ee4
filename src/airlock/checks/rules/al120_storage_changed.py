"""A table changes how it is stored, for which all of it is written anew.

SET LOGGED, SET UNLOGGED and SET ACCESS METHOD copy the table and its indexes while nobody can use
it. SET LOGGED also puts all of it into the write-ahead log, which every replica has to take in.

## Example
```sql
alter table public.orders set logged;
```

## Use instead
```sql
alter table public.orders set (autovacuum_vacuum_scale_factor = 0.02);
```
"""

from airlock.checks._tables import altered
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_SORTS = {
    "AT_SetLogged": "logged",
    "AT_SetUnLogged": "unlogged",
    "AT_SetAccessMethod": "with another access method",
}


def check(act: Act) -> Hits:
    """Find a table that gets another persistence or access method."""
    for table, sort, _ in altered(act):
        if sort in _SORTS:
            yield Hit(
                message=f"nobody can use {table} while it is written anew, {_SORTS[sort]}",
                table=table,
                subject=f"{table} {sort}",
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    peers=(),
)
