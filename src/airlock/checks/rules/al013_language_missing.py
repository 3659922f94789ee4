"""A function or a procedure does not say in which language it is written.

The server refuses it: a body in a string can be in any language. Only one that is written without a
string, as RETURN or BEGIN ATOMIC, is known to be in SQL.

## Example
```sql
create or replace function internal.answer() returns bigint
immutable set search_path = ''
as $$ select 42 $$;
```

## Use instead
```sql
create or replace function internal.answer() returns bigint
language sql immutable set search_path = ''
as $$ select 42 $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import options
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find one without LANGUAGE that needs it."""
    if "language" not in options(act.node.options) and not act.node.HasField("sql_body"):
        what = "procedure" if act.node.is_procedure else "function"
        yield Hit(message=f"nothing says in which language this {what} is written")


RULE = Rule(
    level=Level.ERROR,
    on=("create_function_stmt",),
    act=check,
    peers=("pgrubic/GN038",),
)
