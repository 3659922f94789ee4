"""A materialized view is refreshed while nobody can read it.

Everybody who reads it waits until its query has run to the end. With CONCURRENTLY they read the old
rows meanwhile; that needs a unique index on the view, on plain columns and without a condition.
Even so a migration is no good place for a long refresh: a job that runs by the clock is.

## Example
```sql
refresh materialized view public.sales_by_day;
```

## Use instead
```sql
refresh materialized view concurrently public.sales_by_day;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a refresh in the open; one without data is over at once."""
    if act.node.concurrent or act.node.skip_data:
        return
    view = relation(act.node.relation)
    _, end = act.word("view")
    edit = Edit(start=end, end=end, text=" concurrently")
    yield Hit(
        message=f"nobody can read {view} until its query has run",
        table=view,
        fix=edited(act, edit),
        edits=(edit,),
        mend=Mend.UNSAFE,
    )


RULE = Rule(
    level=Level.WARNING,
    on=("refresh_mat_view_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "pgrubic/US028",
        "postgres-language-server/requireConcurrentRefreshMatview",
    ),
)
