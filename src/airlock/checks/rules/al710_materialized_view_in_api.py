"""A materialized view is served by the Data API, and nothing guards its rows.

It holds what its query found for its owner at the last refresh, past every policy, and cannot have
row-level security itself. Whoever may read it reads all of it. Keep it in a schema that the API
does not serve, and read it through a function or a view that asks who calls.

## Example
```sql
create materialized view if not exists public.totals as
select generate_series as day, 0::bigint as total from generate_series(1, 10);
grant select on public.totals to authenticated;
```

## Use instead
```sql
create materialized view if not exists internal.totals as
select generate_series as day, 0::bigint as total from generate_series(1, 10);
```
"""

from airlock.checks._rights import readers
from airlock.checks._served import is_granted
from airlock.checks._views import View, in_schema, in_text
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.model.finding import Level


def judge(view: View) -> Hits:
    """Find one in a schema of the API that its roles may read."""
    if not view.materialized or view.name.schema not in view.context.exposed:
        return
    if view.catalog is not None and view.id is not None:
        served = bool(readers(view.catalog, view.id, {"select"}))
        if not served:
            return
    else:
        served = is_granted(view.act, view.name)
    yield Hit(
        message=f"nothing guards the rows of the materialized view {view.name} in the Data API",
        table=view.name,
        level=Level.WARNING if served else Level.NOTE,
        fix=f"revoke all on {view.name} from anon, authenticated;",
        unless=(Fact(Knows.REVOKE, view.name, "authenticated"),),
    )


RULE = Rule(
    level=Level.WARNING,
    on=("create_table_as_stmt",),
    act=in_text(judge),
    schema=in_schema(judge),
    blames=("create_table_as_stmt", "grant_stmt"),
    peers=("splinter/0016", "pgrls/SEC054", "pgrls/VIEW003"),
)
