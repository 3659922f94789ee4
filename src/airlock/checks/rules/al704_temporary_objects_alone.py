"""A SECURITY DEFINER function looks for names among temporary objects alone.

With a search_path of nothing but `pg_temp`, each name without a schema is one that the caller has
made.

## Given
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key
);
```

## Example
```sql
create or replace function internal.count_notes() returns bigint
language sql stable security definer set search_path = pg_temp
as $$ select count(*) from internal.notes $$;
```

## Use instead
```sql
create or replace function internal.count_notes() returns bigint
language sql stable security definer set search_path = ''
as $$ select count(*) from internal.notes $$;
```
"""

from airlock.checks._routines import BLAMES, ON, Routine, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(routine: Routine) -> Hits:
    """Find a search_path of only that."""
    if routine.definer and routine.path == ("pg_temp",):
        yield Hit(
            message=f"{routine.label} looks for names among its caller's temporary objects",
            subject=str(routine.name),
            fix=f"alter {routine.target} set search_path = '';",
        )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=BLAMES,
    peers=("pgrubic/ST005",),
)
