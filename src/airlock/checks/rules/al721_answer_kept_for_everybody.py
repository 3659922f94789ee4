"""A function says that its answer never changes, and asks who calls.

IMMUTABLE lets Postgres call it once, when a statement is planned, and keep the answer. In a policy,
or in a prepared statement that is used again, the answer for the first person serves the next one.
STABLE is the promise that such a function keeps.

## Example
```sql
create or replace function internal.tenant() returns text
language sql immutable set search_path = ''
as $$ select current_setting('app.tenant', true) $$;
```

## Use instead
```sql
create or replace function internal.tenant() returns text
language sql stable set search_path = ''
as $$ select current_setting('app.tenant', true) $$;
```
"""

from airlock.checks._routines import BLAMES, ON, Routine, asks_caller, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(routine: Routine) -> Hits:
    """Find an immutable one that calls `auth.uid()` and the like, or reads a setting."""
    if routine.volatility == "immutable" and asks_caller(routine):
        yield Hit(
            message=f"{routine.label} may answer one person with what is another's",
            subject=str(routine.name),
            fix=f"alter {routine.target} stable;",
        )


RULE = Rule(
    level=Level.ERROR,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=BLAMES,
    peers=("pgrls/SEC046",),
)
