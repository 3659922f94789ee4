"""A migration writes rows of its own.

A migration brings the structure to every environment; rows that stand in it come along, into local
databases, branches and production alike. What is real data in one of them must not be in the
others, and what is test data must not be in production. Put rows for tests into the seed file.
Where rows are part of the schema, such as the list of currencies, name their table under
`lookup_tables`.

Rows for a table that the same file creates are only noted, since they may well be such a list, and
so are those that ON CONFLICT lets be written twice. Rows that are made from those that are there
(INSERT … SELECT, UPDATE without a key) are no such thing, nor are rows of a temporary table,
buckets of Supabase Storage and jobs of pg_cron.

## Example
```sql
insert into internal.customers (id, plan, discount) values (7, 'enterprise', 40)
on conflict (id) do nothing;
```
```sql
update internal.customers set plan = 'enterprise' where id = 4711;
```

## Use instead
```sql
insert into internal.plans (name, seats)
select customers.plan, count(*) from internal.customers group by customers.plan
on conflict (name) do nothing;
```
```sql
insert into storage.buckets (id, name, public) values ('receipts', 'receipts', false)
on conflict (id) do nothing;
```
"""

from airlock.checks._rows import is_structural, is_temporary, literal_rows, names_rows
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.server.baseline.lent import PLATFORM_SCHEMAS

_VERBS = {"update_stmt": "changes", "delete_stmt": "deletes"}


def check(act: Act) -> Hits:
    """Find statements with rows in them, outside of tables whose rows are the schema's."""
    table = relation(act.node.relation)
    said = _said(act)
    if said is None or is_structural(act, table) or is_temporary(act, table):
        return
    yield Hit(
        message=f"{said} {table}",
        table=table,
        level=Level.NOTE if act.is_new(table) or _is_repeatable(act) else None,
    )


def _is_repeatable(act: Act) -> bool:
    """Whether it is written so that the rows may be there: what belongs to a schema is."""
    if act.kind != "insert_stmt" or relation(act.node.relation).schema in PLATFORM_SCHEMAS:
        return False
    return bool(act.node.HasField("on_conflict_clause"))


def _said(act: Act) -> str | None:
    """Return what the statement does to single rows, as the start of a sentence."""
    match act.kind:
        case "insert_stmt":
            count = literal_rows(act.node)
            return f"this writes {_rows(count)} of its own to" if count else None
        case "copy_stmt":
            data = act.statement.copy_data if act.statement else None
            count = len(data.strip("\n").split("\n")) if data and data.strip() else 0
            return f"this writes {_rows(count)} of its own to" if count else None
        case "merge_stmt":
            written = act.node.source_relation.WhichOneof("node") == "range_subselect"
            values = act.node.source_relation.range_subselect.subquery.select_stmt.values_lists
            return "this merges rows of its own into" if written and len(values) else None
        case _:
            by_key = act.node.HasField("where_clause") and names_rows(act.node.where_clause)
            return f"this {_VERBS[act.kind]} single rows of" if by_key else None


def _rows(count: int) -> str:
    return "a row" if count == 1 else f"{count} rows"


RULE = Rule(
    level=Level.WARNING,
    on=("insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "copy_stmt"),
    act=check,
    peers=(),
)
