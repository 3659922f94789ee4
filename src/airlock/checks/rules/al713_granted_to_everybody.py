"""A table, or a whole schema, is granted to every role of the database.

PUBLIC is each role that exists and each that is ever made: readers for reports, services of others,
and whoever comes through the Data API. A REVOKE from one role does not take it back from that role.
Name the roles that need it.

## Given
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
```

## Example
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
grant select on public.notes to public;
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
grant select on public.notes to authenticated;
```
"""

from airlock.checks._rights import given
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_SORTS = {
    "OBJECT_TABLE": "rows of",
    "OBJECT_SEQUENCE": "the sequence",
    "OBJECT_SCHEMA": "the schema",
    "OBJECT_FOREIGN_SERVER": "the server",
    "OBJECT_DATABASE": "the database",
}


def check(act: Act) -> Hits:
    """Find a GRANT to PUBLIC but on what is everybody's by nature: functions, types, languages."""
    right = given(act.node)
    if not right.grants or "public" not in right.roles or right.sort not in _SORTS:
        return
    if right.sort == "OBJECT_SCHEMA" and right.privileges == {"usage"}:
        return
    for name in right.names[:1]:
        what = str(name) if name.name else f"every table in {name.schema}"
        yield Hit(
            message=f"{_SORTS[right.sort]} {what} is granted to every role of the database",
            table=name,
        )


RULE = Rule(
    level=Level.WARNING,
    on=("grant_stmt",),
    act=check,
    peers=("safe-migrate/overbroad-grant", "pglinter/S"),
)
