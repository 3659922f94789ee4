"""A function, a procedure or a DO block has no body.

The server refuses the statement: there is nothing that it could run, now or later.

## Example
```sql
create or replace function internal.answer() returns bigint
language sql immutable set search_path = '';
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
    """Find one with neither AS nor a body in SQL."""
    if act.kind == "do_stmt":
        if "as" not in options(act.node.args):
            yield Hit(message="this block has nothing to run")
    elif "as" not in options(act.node.options) and not act.node.HasField("sql_body"):
        what = "procedure" if act.node.is_procedure else "function"
        yield Hit(message=f"this {what} has no body")


RULE = Rule(
    level=Level.ERROR,
    on=("create_function_stmt", "do_stmt"),
    act=check,
    peers=("pgrubic/GN037",),
)
