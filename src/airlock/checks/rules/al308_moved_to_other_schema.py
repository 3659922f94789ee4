"""Something moves to another schema while programs look for it in the old one.

It is as good as a new name: qualified names fail at once, and whether others still work depends on
each search path. A schema of the API serves it from here on, or does so no longer. Leave a view, or
a function that calls the new one, behind.

It says nothing where the file makes something of the old name again.

## Example
```sql
alter table if exists internal.orders set schema archive;
```

## Use instead
```sql
do $$
begin
    if to_regclass('archive.orders') is null then
        alter table internal.orders set schema archive;
    end if;
end
$$;
create or replace view internal.orders with (security_invoker = true) as
    select id, customer_id, total_cents from archive.orders;
```
"""

from airlock.checks._drops import Dropped, is_made_again
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, enum, kind_of, qualified, relation
from airlock.model.finding import Level
from airlock.model.names import spell

_SORTS = {
    "OBJECT_TABLE": "table",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_TYPE": "type",
    "OBJECT_DOMAIN": "domain",
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "procedure",
}


def check(act: Act) -> Hits:
    """Find what is gone from where it was."""
    sort = _SORTS.get(enum(act.node, "object_type"))
    name = _name(act)
    if sort is None or name is None or name.schema == act.node.newschema:
        return
    if not is_made_again(act, Dropped(sort, name)):
        yield Hit(
            message=f"programs that use {name} fail: it moves to {spell(act.node.newschema)}",
            table=name,
        )


def _name(act: Act) -> Name | None:
    if act.node.HasField("relation"):
        return relation(act.node.relation)
    match kind_of(act.node.object):
        case "object_with_args":
            return qualified(act.node.object.object_with_args.objname)
        case "list":
            return qualified(act.node.object.list.items)
        case _:
            return None


RULE = Rule(
    level=Level.WARNING,
    on=("alter_object_schema_stmt",),
    act=check,
    spares_new=True,
    peers=(),
)
