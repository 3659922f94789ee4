"""A SECURITY DEFINER function finds its caller's temporary tables before its own.

Postgres looks into the temporary schema first, unless `pg_temp` stands in the search_path. Whoever
can create a temporary table of the same name lets the function read and write theirs, with the
rights of its owner. As the last entry, `pg_temp` is looked at last.

People who come through the Data API cannot create temporary tables; it matters where others sign in
to the database.

## Given
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key
);
```

## Example
```sql
create or replace function internal.count_notes() returns bigint
language sql stable security definer set search_path = internal
as $$ select count(*) from notes $$;
```

## Use instead
```sql
create or replace function internal.count_notes() returns bigint
language sql stable security definer set search_path = internal, pg_temp
as $$ select count(*) from notes $$;
```
"""

from airlock.checks._routines import BLAMES, ON, Routine, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_TEMPORARY = "pg_temp"
_EMPTY = ((), ("",), ("pg_catalog",), (_TEMPORARY,))


def judge(routine: Routine) -> Hits:
    """Find a search_path with schemas and without pg_temp at its end."""
    path = routine.path
    if not routine.definer or path is None or path in _EMPTY or path[-1] == _TEMPORARY:
        return
    schemas = ", ".join(name or "''" for name in path if name != _TEMPORARY)
    first = _TEMPORARY in path
    yield Hit(
        message=f"{routine.label} finds temporary tables of its caller before those of {schemas}",
        subject=str(routine.name),
        level=Level.WARNING if first else Level.NOTE,
        fix=f"alter {routine.target} set search_path = {schemas}, pg_temp;",
    )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=BLAMES,
    peers=("pgrubic/ST004", "pgrls/SEC015"),
)
