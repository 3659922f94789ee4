"""A schema gets another name while programs use the old one.

Every qualified name in programs, functions and search paths that says the old one fails at once,
and the Data API serves a schema by its name. Make the new schema beside the old one and move things
over one by one, each with a view that stays behind.

## Example
```sql
do $$
begin
    if to_regnamespace('core') is null then
        alter schema internal rename to core;
    end if;
end
$$;
```

## Use instead
```sql
create schema if not exists core;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a schema that is called otherwise."""
    node = act.node
    if enum(node, "rename_type") == "OBJECT_SCHEMA" and node.subname != node.newname:
        yield Hit(
            message=f"every name that starts with {spell(node.subname)}. fails from here on",
            subject=node.subname,
        )


RULE = Rule(
    level=Level.WARNING,
    on=("rename_stmt",),
    act=check,
    peers=("strong_migrations/rename_schema",),
)
