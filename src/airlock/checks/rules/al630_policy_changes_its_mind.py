"""A policy calls a function that answers differently each time.

The same person sees a row in one query and not in the next, and Postgres can use no index, since it
has to call the function for each row.

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
drop policy if exists "people read some notes" on public.notes;
create policy "people read some notes" on public.notes
    for select to authenticated using (random() < 0.5 and body <> '');
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import calls
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import called
from airlock.model.finding import Level

_NAMES = """
    clock_timestamp gen_random_bytes gen_random_uuid nextval random set_config setval timeofday
    txid_current uuid_generate_v1 uuid_generate_v4 uuidv4 uuidv7
"""
_VOLATILE = frozenset(_NAMES.split())


def judge(policy: Policy) -> Hits:
    """Find a call of a function that is known to be volatile."""
    for condition in policy.conditions:
        for call in calls(condition):
            name = (called(call) or ("",))[-1]
            if name in _VOLATILE:
                yield Hit(
                    message=f"{policy.label} calls {name}(), which answers differently each time",
                    at=policy.place(call),
                    table=policy.table,
                    subject=f"{policy.table} {policy.name}",
                )
                return


RULE = Rule(
    level=Level.WARNING,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("pgrls/PERF002",),
)
