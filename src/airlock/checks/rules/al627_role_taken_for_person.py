"""A policy takes the database role for a person.

Through the API everybody is `authenticated`, or `anon`: a column that is compared with
`current_user` or `session_user` fits all of them or none. It works only where each person signs in
to Postgres with a role of their own.

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
    for select to authenticated using (body = current_user);
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import columns, current_role, held
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find an operator with a column on one side and the role on the other."""
    for condition in policy.conditions:
        for node in held(condition, "A_Expr"):
            if not node.HasField("lexpr"):
                continue
            for side, other in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)):
                role = current_role(side)
                if role and any(True for _ in columns(other, policy.table.name)):
                    yield Hit(
                        message=f"{policy.label} takes {role} for a person",
                        at=policy.place(node),
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
    peers=("pgrls/SEC018",),
)
