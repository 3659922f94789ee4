"""A value is compared with null.

`x = null` and `x <> null` are null for every x, and a condition that is null does not hold: the
query finds no row, the branch is never taken, the check never fails. `is null` and `is not null`
ask whether a value is there; `is distinct from` compares values that may not be there.

## Example
```sql
create or replace function internal.is_open(closed_at timestamptz) returns boolean
language sql immutable set search_path = ''
as $$ select closed_at = null $$;
```

## Use instead
```sql
create or replace function internal.is_open(closed_at timestamptz) returns boolean
language sql immutable set search_path = ''
as $$ select closed_at is null $$;
```
"""

import re

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import enum, kind_of, strings
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_MAY_HOLD = re.compile(r"[=>]\s*null\b|\bnull\s*[=<!]|[(,]\s*null\b", re.IGNORECASE)
"""What the text of such a comparison has; trees are walked for it alone otherwise."""
_TESTS = {"=": "is null", "<>": "is not null"}
_NULL = "null"


def check(act: Act) -> Hits:
    """Find = and <> with null on a side, and NOT IN with null in its list."""
    if not _MAY_HOLD.search(act.text):
        return
    for node in act.nodes("A_Expr"):
        operator = strings(node.name)[-1]
        match enum(node, "kind"):
            case "AEXPR_OP" if operator in _TESTS and (
                _is_null(node.lexpr) or _is_null(node.rexpr)
            ):
                yield _compared(act, node, _TESTS[operator])
            case "AEXPR_IN" if operator == "<>" and any(
                _is_null(each) for each in node.rexpr.list.items
            ):
                yield Hit(
                    message="a list with null in it is never known not to hold a value",
                    at=act.offset(node.location),
                    subject=str(node.location),
                )


def _compared(act: Act, node: Node, test: str) -> Hit:
    at = act.offset(node.location)
    edits: tuple[Edit, ...] = ()
    if _is_null(node.rexpr):
        end = act.offset(node.rexpr.a_const.location) + len(_NULL)
        edits = (Edit(start=at, end=end, text=test),)
    return Hit(
        message=f"a comparison with null is never true: {test} is what can be",
        at=at,
        subject=str(node.location),
        fix=edited(act, *edits) if edits and not act.lead else None,
        edits=edits,
        mend=Mend.UNSAFE,
    )


def _is_null(value: Node) -> bool:
    return kind_of(value) == "a_const" and bool(value.a_const.isnull)


RULE = Rule(
    level=Level.WARNING,
    act=check,
    bodies=True,
    peers=("pgrubic/GN024",),
)
