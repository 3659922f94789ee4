"""A SECURITY DEFINER function looks names up where its caller says.

It runs with the rights of its owner, and finds tables, functions and operators by the caller's
search_path. Whoever can create anything in a schema that stands there, or a temporary table, puts
their own in place of what the function means, and it works on that with the owner's rights.

With `set search_path = ''` each name in the body needs its schema.

## Given
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key
);
```

## Example
```sql
create or replace function internal.count_notes() returns bigint
language sql stable security definer
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
from airlock.checks.rule import Edit, Fact, Hit, Hits, Knows, Mend, Rule, edited
from airlock.model.finding import Level


def judge(routine: Routine) -> Hits:
    """Find one that sets no search_path of its own."""
    if not routine.definer or routine.path is not None:
        return
    message = f"{routine.label} runs as its owner and looks names up where its caller says"
    if routine.id is not None:
        fix = f"alter {routine.target} set search_path = '';"
        yield Hit(message=message, fix=fix)
        return
    _, end = routine.act.word("definer")
    edit = Edit(start=end, end=end, text=" set search_path = ''")
    yield Hit(
        message=message,
        at=end - len("definer"),
        subject=str(routine.name),
        fix=edited(routine.act, edit),
        edits=(edit,),
        mend=Mend.UNSAFE,
        unless=(Fact(Knows.SEARCH_PATH, routine.name),),
    )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=BLAMES,
    peers=("pgrubic/ST003", "splinter/0011", "pgrls/SEC015"),
)
