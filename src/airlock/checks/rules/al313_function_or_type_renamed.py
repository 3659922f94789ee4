"""A function or a type gets another name while programs use the old one.

Calls and casts by the old name fail from here on, those of the Data API's clients and of other
functions' bodies too. Make a function of the new name, and let the old one call it until nobody
does.

It says nothing where the file makes something of the old name again.

## Example
```sql
do $$
begin
    if to_regprocedure('internal.order_total(bigint)') is null then
        alter function internal.total(bigint) rename to order_total;
    end if;
end
$$;
```

## Use instead
```sql
comment on function internal.total(bigint) is 'Use order_total; goes in release 43.';
```
"""

from airlock.checks._drops import Dropped, is_made_again, is_made_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, kind_of, qualified
from airlock.model.finding import Level

_SORTS = {
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "procedure",
    "OBJECT_ROUTINE": "routine",
    "OBJECT_AGGREGATE": "aggregate",
    "OBJECT_TYPE": "type",
    "OBJECT_DOMAIN": "domain",
}


def check(act: Act) -> Hits:
    """Find a routine or a type whose old name is left empty."""
    sort = _SORTS.get(enum(act.node, "rename_type"))
    if sort is None:
        return
    held = act.node.object
    named = (
        held.object_with_args.objname if kind_of(held) == "object_with_args" else held.list.items
    )
    name = qualified(named)
    if name.name == act.node.newname or is_made_before(act, name):
        return
    if not is_made_again(act, Dropped(sort, name)):
        yield Hit(message=f"what uses the {sort} {name} fails from here on", table=name)


RULE = Rule(
    level=Level.WARNING,
    on=("rename_stmt",),
    act=check,
    spares_new=True,
    peers=(),
)
