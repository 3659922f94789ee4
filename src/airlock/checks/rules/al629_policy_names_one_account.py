"""A policy names one account or tenant in its text.

An identity that is written out stays when the person leaves, differs between staging and
production, and needs a migration for each change. A table of memberships, or `app_metadata`, holds
such things.

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
drop policy if exists "the owner reads notes" on public.notes;
create policy "the owner reads notes" on public.notes
    for select to authenticated
    using ((select auth.uid()) = '00000000-0000-0000-0000-000000000001' and body <> '');
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import call_name, column_name, comparisons, is_literal
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_NAMES = """
    account_id company_id created_by customer_id org_id organisation_id organization_id owner
    owner_id profile_id team_id tenant tenant_id user_id workspace_id
"""
_IDENTITIES = frozenset(_NAMES.split())


def judge(policy: Policy) -> Hits:
    """Find `auth.uid()`, or a column that tells people apart, compared with a constant."""
    for condition in policy.conditions:
        for found in comparisons(condition):
            sides = ((found.left, found.right), (found.right, found.left))
            if found.operator == "=" and any(
                is_literal(one) and _is_identity(other) for one, other in sides
            ):
                yield Hit(
                    message=f"{policy.label} names one account or tenant",
                    at=policy.place(found.node),
                    table=policy.table,
                    subject=f"{policy.table} {policy.name}",
                )
                return


def _is_identity(node: Node) -> bool:
    return call_name(node) == ("auth", "uid") or (column_name(node) or ("",))[-1] in _IDENTITIES


RULE = Rule(
    level=Level.NOTE,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("pgrls/SEC021",),
)
