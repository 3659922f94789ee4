"""A second run of the file stops where it creates what could be replaced.

OR REPLACE makes the statement one that says what the function, view or trigger is, whatever was
there before: it can run again, and its grants and what depends on it stay. Where the arguments, the
result or the columns change, Postgres refuses to replace it; then a DROP … IF EXISTS goes before.

A trigger can be replaced from Postgres 14 on, a constraint trigger never. What the same file drops
before, or creates under a condition, is left alone.

## Example
```sql
create function internal.answer() returns integer
    language sql immutable set search_path = '' return 42;
```
```sql
create view internal.orders_of_today with (security_invoker = true) as
    select orders.id from internal.orders where orders.placed_on = current_date;
```

## Use instead
```sql
create or replace function internal.answer() returns integer
    language sql immutable set search_path = '' return 42;
```
```sql
create or replace view internal.orders_of_today with (security_invoker = true) as
    select orders.id from internal.orders where orders.placed_on = current_date;
```
"""

from collections.abc import Callable, Mapping

from airlock.checks._guards import freed, insertion, key, object_kind
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule, edited
from airlock.checks.syntax import qualified, relation
from airlock.model.finding import Level
from airlock.model.names import spell
from airlock.sources.sqltext import Node

Named = tuple[str, tuple[str, ...]]


def check(act: Act) -> Hits:
    """Find a CREATE that could have the words."""
    found = _named(act)
    if found is None or act.guarded:
        return
    kind, names = found
    if freed(act, key(kind, *names)):
        return
    _, end = act.word("create")
    edits = insertion(end, " or replace")
    yield Hit(
        message=f"a second run fails here: the {kind} {spell(*names)} exists by then",
        subject=".".join(names),
        fix=edited(act, *edits),
        edits=edits,
    )


def _named(act: Act) -> Named | None:
    return None if act.node.replace else _NAMED[act.kind](act.node)


def _routine(node: Node) -> Named:
    return "procedure" if node.is_procedure else "function", qualified(node.funcname)


def _view(node: Node) -> Named | None:
    return None if node.view.relpersistence == "t" else ("view", relation(node.view))


def _trigger(node: Node) -> Named | None:
    names = (*relation(node.relation), node.trigname)
    return None if node.isconstraint else ("trigger", names)


def _aggregate(node: Node) -> Named | None:
    found = object_kind(node, "kind") == "aggregate"
    return ("aggregate", qualified(node.defnames)) if found else None


_NAMED: Mapping[str, Callable[[Node], Named | None]] = {
    "create_function_stmt": _routine,
    "view_stmt": _view,
    "create_trig_stmt": _trigger,
    "rule_stmt": lambda node: ("rule", (*relation(node.relation), node.rulename)),
    "define_stmt": _aggregate,
}

RULE = Rule(
    level=Level.WARNING,
    on=tuple(_NAMED),
    act=check,
    peers=("pgrubic/GN007", "pgrubic/GN008", "pgrubic/GN029", "pgrubic/GN030"),
)
