"""A function or a procedure has two bodies.

One stands in a string after AS, the other is written out in SQL. The server refuses to choose.

## Example
```sql
create or replace function internal.answer() returns bigint
language sql immutable set search_path = ''
as $$ select 42 $$
return 42;
```

## Use instead
```sql
create or replace function internal.answer() returns bigint
language sql immutable set search_path = ''
return 42;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import options
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find one with AS and a body in SQL."""
    if act.node.HasField("sql_body") and "as" in options(act.node.options):
        what = "procedure" if act.node.is_procedure else "function"
        yield Hit(message=f"this {what} has a second body")


RULE = Rule(
    level=Level.ERROR,
    on=("create_function_stmt",),
    act=check,
    peers=("pgrubic/GN039",),
)
