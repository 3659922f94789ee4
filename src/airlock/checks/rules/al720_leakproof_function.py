"""A function is promised to leak nothing.

Postgres runs a LEAKPROOF function on rows before their policies were asked. If it raises an error
with a value, or takes longer for some values, people learn of rows that they may not see. Only a
superuser can give the promise; a hosted project refuses it.

## Example
```sql
create or replace function internal.same(a text, b text) returns boolean
language sql immutable leakproof set search_path = ''
as $$ select a = b $$;
alter function internal.same(text, text) owner to postgres;
```

## Use instead
```sql
create or replace function internal.same(a text, b text) returns boolean
language sql immutable set search_path = ''
as $$ select a = b $$;
```
"""

from airlock.checks._routines import ON, Routine, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(routine: Routine) -> Hits:
    """Find the promise."""
    if routine.leakproof:
        yield Hit(
            message=f"{routine.label} sees rows before their policies were asked",
            subject=str(routine.name),
            fix=f"alter {routine.target} not leakproof;",
        )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    peers=("pgrls/SEC017",),
)
