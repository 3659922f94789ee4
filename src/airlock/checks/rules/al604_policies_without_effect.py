"""A table has policies but no row-level security, so the policies do nothing.

Postgres keeps policies of a table whether or not row-level security is on, and looks at them only
when it is. Whoever may read the table reads all of it, while its definition looks as if it were
guarded. Tables that the Data API serves are AL601's.

## Example
```sql
create table if not exists internal.notes (
    user_id uuid primary key,
    body text not null
);
drop policy if exists "people read their notes" on internal.notes;
create policy "people read their notes" on internal.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
create table if not exists internal.notes (
    user_id uuid primary key,
    body text not null
);
alter table internal.notes enable row level security;
drop policy if exists "people read their notes" on internal.notes;
create policy "people read their notes" on internal.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._known import known
from airlock.checks._policies import Policy, in_schema, protects, stated
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Knows, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a policy of a table that the same file makes, and that no file guards."""
    policy = stated(act)
    if act.is_new(policy.table) and policy.table.schema not in act.context.exposed:
        yield _hit(policy)


def judge(policy: Policy) -> Hits:
    """Find a policy of a table whose row-level security is off."""
    if not protects(policy) and policy.table.schema not in policy.context.exposed:
        yield _hit(policy)


def _hit(policy: Policy) -> Hit:
    return Hit(
        message=f"{policy.label} does nothing: the table's row-level security is off",
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
        fix=f"alter table {policy.table} enable row level security;",
        unless=known(Knows.ROW_SECURITY, policy.table),
    )


RULE = Rule(
    level=Level.ERROR,
    on=("create_policy_stmt",),
    act=check,
    schema=in_schema(judge),
    blames=("create_policy_stmt", "alter_table_stmt"),
    peers=("splinter/0007", "pgrls/SEC032"),
)
