"""A function with an empty search_path names something without its schema.

With `set search_path = ''` Postgres finds nothing but its own objects under a name without a
schema. Creating the function works; calling it fails with "relation does not exist", for a trigger
with each write to its table.

## Given
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key
);
```

## Example
```sql
create or replace function internal.count_notes() returns bigint
language plpgsql stable set search_path = ''
as $$
begin
    return (select count(*) from notes);
end
$$;
```

## Use instead
```sql
create or replace function internal.count_notes() returns bigint
language plpgsql stable set search_path = ''
as $$
begin
    return (select count(*) from internal.notes);
end
$$;
```
"""

from collections.abc import Iterator

from airlock.checks._names import loose_functions, loose_relations
from airlock.checks._routines import BLAMES, ON, Routine, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import few

_EMPTY = frozenset({"", "pg_catalog", "pg_temp"})


def judge(routine: Routine) -> Hits:
    """Find names without a schema in one whose search_path holds none of the project's."""
    if routine.path is None or not _EMPTY.issuperset(routine.path):
        return
    found = list(dict.fromkeys(_missing(routine)))
    if found:
        yield Hit(
            message=f"{routine.label} finds no {few(found)}: its search_path is empty",
            subject=str(routine.name),
        )


def _missing(routine: Routine) -> Iterator[str]:
    yield from (node.relname for node in loose_relations(routine))
    yield from (f"{name}()" for name in loose_functions(routine))


RULE = Rule(
    level=Level.ERROR,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=BLAMES,
    peers=(),
)
