"""A second run of the file stops at a policy that is there by then.

CREATE POLICY knows neither IF NOT EXISTS nor OR REPLACE. Drop it first with IF EXISTS, in the same
transaction: otherwise there is a moment without the policy, in which everybody is shut out, or let
in where it was a restrictive one. Airlock runs a file in one transaction by itself.

What the same file drops before, or creates under a condition, is left alone.

## Example
```sql
create policy "owners read" on internal.orders
    for select to authenticated using (owner_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "owners read" on internal.orders;
create policy "owners read" on internal.orders
    for select to authenticated using (owner_id = (select auth.uid()));
```
"""

from airlock.checks._guards import freed, insertion, key
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule, edited
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a policy that is created without a DROP before it."""
    table, name = relation(act.node.table), act.node.policy_name
    if act.guarded or freed(act, key("policy", *table, name)):
        return
    written = spell(*filter(None, (act.node.table.schemaname, act.node.table.relname)))
    drop = f"drop policy if exists {spell(name)} on {written};"
    start = act.start + act.lead
    edits = insertion(start, f"{drop}\n")
    fix = edited(act, *edits)
    if not act.in_transaction:
        fix, edits = f"begin;\n{fix}\ncommit;", ()
    yield Hit(
        message=f"a second run fails here: {table} has the policy {spell(name)} by then",
        subject=f"{table}.{name}",
        fix=fix,
        edits=edits if not act.dynamic else (),
    )


RULE = Rule(level=Level.WARNING, on=("create_policy_stmt",), act=check, peers=())
