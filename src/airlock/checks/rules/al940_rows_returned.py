"""A migration returns rows to whoever runs it.

What a SELECT or a RETURNING of a migration yields goes to the terminal of the person, or into the
log of the job, that runs it: with production's rows in it. Nobody reads it there, but it is kept.
Take it out, or ask in a DO block that raises an error where something is not as expected.

Counts and sums are only noted. Queries of the catalog and calls of functions without a table pass.

## Example
```sql
select customers.note from internal.customers where customers.plan is null;
```
```sql
delete from internal.customers where plan is null returning note;
```

## Use instead
```sql
do $$
begin
    if exists (select from internal.customers where customers.plan is null) then
        raise exception 'there are customers without a plan';
    end if;
end
$$;
```
```sql
delete from internal.customers where plan is null;
```
"""

from airlock.checks._rows import calls_alone, is_structural, is_temporary, user_tables
from airlock.checks.act import Act, Place
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level

_SUMS = frozenset({"count", "sum", "avg", "min", "max", "bool_and", "bool_or"})
_QUIET = frozenset({"setval", "nextval", "pg_notify", "schedule", "unschedule", "set_config"})


def check(act: Act) -> Hits:
    """Find results of user tables, of statements that stand in the file by themselves."""
    if act.place is not Place.FILE:
        return
    if act.kind != "select_stmt":
        table = relation(act.node.relation)
        if act.node.returning_clause.exprs and not is_temporary(act, table):
            yield Hit(message=f"this returns the rows of {table} that it writes", table=table)
        return
    if act.node.HasField("into_clause") or calls_alone(act.node.target_list, _QUIET):
        return
    tables = [
        table
        for table in user_tables(act.node)
        if not is_structural(act, table) and not is_temporary(act, table)
    ]
    if tables:
        summed = calls_alone(act.node.target_list, _SUMS) and not act.node.group_clause
        yield Hit(
            message=f"this returns {'sums over' if summed else 'rows of'} {tables[0]}",
            table=tables[0],
            level=Level.NOTE if summed else None,
        )


RULE = Rule(
    level=Level.WARNING,
    on=("select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"),
    act=check,
    peers=(),
)
