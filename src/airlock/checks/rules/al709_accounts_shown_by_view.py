"""A view of the Data API shows the accounts of auth.users.

The view reads with the rights of its owner, so whoever may read it gets e-mail addresses, phone
numbers and, with `select *`, password hashes and recovery tokens of everybody. Copy what people may
see of each other into a table of profiles with policies.

A view that is tied to `auth.uid()` shows everybody their own account, and is left alone.

## Example
```sql
create or replace view public.people with (security_barrier = true) as
select id, email from auth.users;
```

## Use instead
```sql
create table if not exists public.people (
    id uuid primary key references auth.users (id) on delete cascade,
    name text not null
);
alter table public.people enable row level security;
grant select on public.people to authenticated;
drop policy if exists "people see each other" on public.people;
create policy "people see each other" on public.people
    for select to authenticated using (true);
```
"""

from airlock.checks._views import BLAMES, View, in_schema, in_text, shows_accounts
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(view: View) -> Hits:
    """Find a view, or a materialized one, of the API that reads it with the owner's rights."""
    if view.name.schema not in view.context.exposed or (view.invoker and not view.materialized):
        return
    if shows_accounts(view):
        yield Hit(
            message=f"the view {view.name} shows the accounts of auth.users",
            table=view.name,
        )


RULE = Rule(
    level=Level.ERROR,
    on=("view_stmt", "create_table_as_stmt"),
    act=in_text(judge),
    schema=in_schema(judge),
    blames=(*BLAMES, "create_table_as_stmt"),
    peers=("splinter/0002", "pgrls/SEC052"),
)
