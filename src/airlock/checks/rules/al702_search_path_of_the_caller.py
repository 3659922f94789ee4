"""A function looks names up where its caller says.

What it finds under a name without a schema depends on the search_path of who calls: the same
function works in one place and fails, or works on another table, in the next. A dump that is
restored runs with an empty one.

## Given
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key
);
```

## Example
```sql
create or replace function internal.count_notes() returns bigint
language sql stable
as $$ select count(*) from internal.notes $$;
```

## Use instead
```sql
create or replace function internal.count_notes() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.notes $$;
```
"""

from airlock.checks._routines import BLAMES, ON, Routine, in_schema, in_text
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.model.finding import Level


def judge(routine: Routine) -> Hits:
    """Find one that runs with the caller's rights and sets no search_path."""
    if not routine.definer and routine.path is None:
        yield Hit(
            message=f"{routine.label} looks names up where its caller says",
            subject=str(routine.name),
            fix=f"alter {routine.target} set search_path = '';",
            unless=(Fact(Knows.SEARCH_PATH, routine.name),),
        )


RULE = Rule(
    level=Level.NOTE,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    opt_in=True,
    blames=BLAMES,
    peers=("splinter/0011",),
)
