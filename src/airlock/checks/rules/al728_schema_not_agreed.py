"""Something is made in a schema that the project does not use.

`disallowed_schemas` under `[checks]` lists schemas that are closed to new objects, such as the one
that the API serves.

## Given
```sql
create schema if not exists internal;
```

## Example
```sql
create table if not exists information_schema.scratch (
    id bigint generated always as identity primary key
);
```

## Use instead
```sql
create table if not exists internal.scratch (
    id bigint generated always as identity primary key
);
```
"""

from airlock.checks._names import made_in
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

OPTION = "disallowed_schemas"
_ALWAYS = ("pg_catalog", "information_schema")


def check(act: Act) -> Hits:
    """Find a table, view, type or routine that is made there."""
    name = made_in(act)
    if name is not None and name.schema in act.context.options.get(OPTION, _ALWAYS):
        yield Hit(message=f"{name} is made in {name.schema}", table=name)


RULE = Rule(
    level=Level.WARNING,
    on=(
        "create_stmt",
        "create_table_as_stmt",
        "view_stmt",
        "create_enum_stmt",
        "composite_type_stmt",
        "create_function_stmt",
    ),
    act=check,
    opt_in=True,
    peers=("pgrubic/SM002",),
)
