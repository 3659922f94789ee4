"""A foreign table is served by the Data API, and nothing guards its rows.

A foreign table cannot have row-level security. Whoever may read it reads all that the user mapping
reads on the other side: a whole table of another database, or the customers of a payment provider.
Keep it in a schema that the API does not serve.

## Given
```sql
create extension if not exists postgres_fdw with schema extensions;
create server if not exists warehouse foreign data wrapper postgres_fdw;
```

## Example
```sql
create foreign table if not exists public.customers (
    id bigint not null,
    name text
) server warehouse;
grant select on public.customers to authenticated;
```

## Use instead
```sql
create foreign table if not exists internal.customers (
    id bigint not null,
    name text
) server warehouse;
```
"""

from airlock.checks._later import is_undone
from airlock.checks._rights import readers
from airlock.checks._served import is_granted
from airlock.checks.act import Act
from airlock.checks.rule import Fact, Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, relation
from airlock.kinds.foreign_table import ForeignTable
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find one that is made in a schema of the API."""
    table = relation(act.node.base_stmt.relation)
    if table.schema in act.context.exposed and not is_undone(act):
        yield Hit(
            message=_message(table),
            table=table,
            level=Level.WARNING if is_granted(act, table) else Level.NOTE,
            fix=_fix(table),
            unless=(Fact(Knows.REVOKE, table, "authenticated"),),
        )


def audit(schema: Schema) -> Flaws:
    """Find one that its roles may read."""
    for node in schema.catalog:
        if not isinstance(node, ForeignTable) or node.id.path[0] not in schema.context.exposed:
            continue
        if readers(schema.catalog, node.id, {"select"}):
            table = Name(*node.id.path)
            yield Flaw(subject=node.id, message=_message(table), fix=_fix(table))


def _message(table: Name) -> str:
    return f"nothing guards the rows of the foreign table {table} in the Data API"


def _fix(table: Name) -> str:
    return f"revoke all on {table} from anon, authenticated;"


RULE = Rule(
    level=Level.WARNING,
    on=("create_foreign_table_stmt",),
    act=check,
    schema=audit,
    blames=("create_foreign_table_stmt", "grant_stmt"),
    peers=("splinter/0017", "pgrls/SEC053"),
)
