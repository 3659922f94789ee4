"""A policy asks for each row again who calls.

`auth.uid()` reads and parses a setting each time it is called. In a policy it is called for every
row that Postgres looks at, which makes queries on large tables many times slower. In `(select
auth.uid())` it is called once for the whole statement; the result is the same. A policy for INSERT
alone, where it is called for each new row, is only noted.

`--fix` makes the edit with `--unsafe-fixes`: who passes stays the same, the policy's text does not.

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
    for select to authenticated using (user_id = auth.uid());
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import CALLER, SETTING, calls, once
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text, protects
from airlock.checks._spans import call_span
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import called
from airlock.model.finding import Level
from airlock.sources.sqltext import Node, walk


def judge(policy: Policy) -> Hits:
    """Find a policy that calls such a function outside of a sub-select of its own."""
    found = [call for each in policy.conditions for call in _repeated(each)]
    if not found or not protects(policy):
        return
    name = ".".join(called(found[0]))
    message = f"{policy.label} calls {name}() for each row"
    level = Level.NOTE if policy.commands == {"insert"} else None
    if policy.act is None:
        yield Hit(message=message, table=policy.table, level=level)
        return
    spans = [call_span(policy.act, call.location) for call in found]
    edits = tuple(
        edit
        for start, end in spans
        for edit in (
            Edit(start=start, end=start, text="(select "),
            Edit(start=end, end=end, text=")"),
        )
    )
    yield Hit(
        message=message,
        at=spans[0][0],
        length=spans[0][1] - spans[0][0],
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
        level=level,
        fix=edited(policy.act, *edits),
        edits=edits,
        mend=Mend.UNSAFE,
    )


def _repeated(condition: Node) -> list[Node]:
    kept = once(condition)
    return [
        call
        for call in calls(condition)
        if (called(call) in CALLER or called(call) == SETTING)
        and call.location not in kept
        and not any(kind == "ColumnRef" for kind, _ in walk(call))
    ]


RULE = Rule(
    level=Level.WARNING,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("splinter/0003", "pgrls/PERF001"),
)
