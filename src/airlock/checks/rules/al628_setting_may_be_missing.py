"""A policy reads a setting that a session may not have.

`current_setting('app.tenant')` raises an error where nobody has set it, so the whole query fails
instead of finding nothing. With `true` as its second argument it is NULL then. A name without a dot
that is not one of Postgres's own can never be set.

## Given
```sql
create table if not exists public.notes (
    tenant text primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
```

## Example
```sql
drop policy if exists "tenants read their notes" on public.notes;
create policy "tenants read their notes" on public.notes
    for select to authenticated using (tenant = (select current_setting('app.tenant')));
```

## Use instead
```sql
drop policy if exists "tenants read their notes" on public.notes;
create policy "tenants read their notes" on public.notes
    for select to authenticated using (tenant = (select current_setting('app.tenant', true)));
```
"""

from airlock.checks._conditions import SETTING, calls
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks._spans import call_span
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import called, constant
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_POSTGRES_OWN = frozenset(
    {
        "application_name",
        "is_superuser",
        "role",
        "search_path",
        "server_version",
        "server_version_num",
        "session_authorization",
        "timezone",
        "transaction_isolation",
    }
)


def judge(policy: Policy) -> Hits:
    """Find it with one argument, or with a name that nobody can set."""
    for condition in policy.conditions:
        for call in calls(condition):
            if called(call) != SETTING or not call.args:
                continue
            name = (constant(call.args[0]) or "x.x").lower()
            if name in _POSTGRES_OWN:
                continue
            if "." not in name:
                yield _hit(policy, call, f"reads the setting {name!r}, which nobody can set")
            elif len(call.args) == 1:
                yield _missing(policy, call)
            else:
                continue
            return


def _missing(policy: Policy, call: Node) -> Hit:
    hit = _hit(policy, call, "fails where the setting that it reads was not made")
    if policy.act is None:
        return hit
    _, end = call_span(policy.act, call.location)
    edit = Edit(start=end - 1, end=end - 1, text=", true")
    return Hit(
        message=hit.message,
        at=hit.at,
        table=hit.table,
        subject=hit.subject,
        fix=edited(policy.act, edit),
        edits=(edit,),
        mend=Mend.UNSAFE,
    )


def _hit(policy: Policy, call: Node, what: str) -> Hit:
    return Hit(
        message=f"{policy.label} {what}",
        at=policy.place(call),
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
    )


RULE = Rule(
    level=Level.NOTE,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("pgrls/SEC019", "pgrls/SEC024"),
)
