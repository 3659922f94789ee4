"""A policy does not say which command it is for, so it is for all.

Without FOR, a policy lets people insert, change and delete rows as well as read them, and without
WITH CHECK its USING decides on new rows, too. Say FOR ALL where that is meant.

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
drop policy if exists "own notes" on public.notes;
create policy "own notes" on public.notes
    to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "own notes" on public.notes;
create policy "own notes" on public.notes
    for all to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._policies import named_commands, stated
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.sources.lexing import Token, tokens


def check(act: Act) -> Hits:
    """Find a permissive policy without FOR whose name says no command either."""
    policy = stated(act)
    if policy.command != "all" or not policy.permissive or named_commands(policy.name):
        return
    for kind, start, end in tokens(act.text):
        word = act.text[start:end].lower() if kind is Token.WORD else ""
        if word == "for":
            return
        if word in {"using", "with"}:
            break
    yield Hit(
        message=f"{policy.label} also lets people insert, update and delete: it has no FOR",
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
    )


RULE = Rule(level=Level.NOTE, on=("create_policy_stmt",), act=check, peers=())
