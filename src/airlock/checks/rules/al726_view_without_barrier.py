"""A view's rows can be probed before its condition has picked them.

Without `security_barrier` Postgres may run a condition of who asks before the view's own: a cheap
function in it that raises an error, or notes what it gets, sees rows that the view hides.

## Example
```sql
create or replace view internal.open_tickets as
select 1 as id, 'open' as state where 'open' <> 'closed';
```

## Use instead
```sql
create or replace view internal.open_tickets with (security_barrier = true) as
select 1 as id, 'open' as state where 'open' <> 'closed';
```
"""

from airlock.checks._views import BLAMES, View, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(view: View) -> Hits:
    """Find a view that reads as its owner, without it."""
    if not (view.materialized or view.invoker or view.barrier):
        yield Hit(
            message=f"the rows that the view {view.name} hides can be probed",
            table=view.name,
            fix=f"alter view {view.name} set (security_barrier = true);",
        )


RULE = Rule(
    level=Level.NOTE,
    on=("view_stmt",),
    act=in_text(judge),
    schema=in_schema(judge),
    opt_in=True,
    blames=BLAMES,
    peers=("pgrls/VIEW002",),
)
