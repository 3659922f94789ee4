"""A branch of a policy's condition is always true, so that nothing else in it counts.

`… or true` lets every row through whatever stands before it, and so does a column that is compared
with itself. It is most often left from an attempt to see whether the policy was the problem.

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
    for select to authenticated using (user_id = (select auth.uid()) or true);
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import bare, joints, truth
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import kind_of
from airlock.model.finding import Level
from airlock.sources.sqltext import Node


def judge(policy: Policy) -> Hits:
    """Find an OR with a constant branch, and a condition that is a comparison with itself."""
    for condition in policy.conditions:
        for operator, joint in joints(condition):
            always = [each for each in joint.args if truth(each)]
            if operator == "OR_EXPR" and always:
                yield _hit(policy, joint)
                break
        else:
            if kind_of(bare(condition)) == "a_expr" and truth(condition):
                yield _hit(policy, bare(condition).a_expr)


def _hit(policy: Policy, node: Node) -> Hit:
    return Hit(
        message=f"part of the condition of {policy.label} is always true, so all of it is",
        at=policy.place(node),
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
    )


RULE = Rule(
    level=Level.WARNING,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("pgrls/SEC011",),
)
