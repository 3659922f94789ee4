"""A policy's name says that it is not finished.

A policy called `todo` or `temp` was written to be replaced. Rows are guarded by it until somebody
does.

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
drop policy if exists "todo" on public.notes;
create policy "todo" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._policies import ON, Policy, in_schema, in_text, words
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_WORDS = "debug dummy fixme foo hack placeholder temp temporary tmp todo xxx"
_UNFINISHED = frozenset(_WORDS.split())


def judge(policy: Policy) -> Hits:
    """Find such a word in a name."""
    if not _UNFINISHED.isdisjoint(words(policy.name)):
        yield Hit(
            message=f"{policy.label} is called as if it were not finished",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


RULE = Rule(
    level=Level.NOTE,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    opt_in=True,
    blames=ON,
    peers=("pgrls/HYG002",),
)
