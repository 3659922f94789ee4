"""A notification carries a row.

Every role that can connect may LISTEN on any channel: no grant and no policy stands between. A row
that is sent along is read by all of them. Send the key alone, and let who hears it read the row
with his own rights.

## Example
```sql
create or replace function internal.tell() returns trigger
    language plpgsql set search_path = '' as $$
begin
    perform pg_notify('orders', row_to_json(new)::text);
    return new;
end
$$;
```

## Use instead
```sql
create or replace function internal.tell() returns trigger
    language plpgsql set search_path = '' as $$
begin
    perform pg_notify('orders', new.id::text);
    return new;
end
$$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import called, column_of
from airlock.model.finding import Level
from airlock.sources.sqltext import Node, walk

_WHOLE = frozenset({"new", "old"})


def check(act: Act) -> Hits:
    """Find calls of pg_notify with NEW or OLD as a whole in their message."""
    if "pg_notify" not in act.text.lower():
        return
    for call in act.nodes("FuncCall"):
        if called(call)[-1:] == ("pg_notify",) and len(call.args) > 1 and _has_row(call.args[1]):
            yield Hit(
                message="everybody who listens on this channel gets the whole row",
                at=act.offset(call.location),
            )


def _has_row(node: Node) -> bool:
    return any(
        kind == "ColumnRef" and len(found.fields) == 1 and column_of(found)[0].lower() in _WHOLE
        for kind, found in walk(node)
    )


RULE = Rule(level=Level.WARNING, on=("select_stmt",), act=check, bodies=True, peers=())
