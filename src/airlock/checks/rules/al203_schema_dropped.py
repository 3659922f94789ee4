"""A schema is dropped.

With CASCADE every table, view and function in it goes too, with all rows, and none of them is
named. Drop what is in it by name first: then the DROP SCHEMA at the end fails if anything is left.

## Example
```sql
drop schema if exists legacy;
```

## Use instead
```sql
comment on schema legacy is 'Not used since release 41; to be dropped in release 43.';
```
"""

from airlock.checks._drops import dropped, is_cascading
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a schema that goes, unless the file has made it."""
    for each in dropped(act, "schema"):
        made_here = any(
            earlier.kind == "create_schema_stmt" and earlier.node.schemaname == each.name.name
            for earlier in act.before
        )
        if not made_here:
            whole = ", with everything in it" if is_cascading(act.node) else ""
            yield Hit(message=f"the schema {each.name} is gone{whole}", subject=str(each.name))


RULE = Rule(
    level=Level.WARNING,
    on=("drop_stmt",),
    act=check,
    peers=("pgrubic/US009", "atlas/DS101", "postgres-language-server/banDropSchema"),
)
