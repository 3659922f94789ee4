"""A new value of an enum is used before it is committed.

Postgres refuses a value that ALTER TYPE … ADD VALUE has added in the same transaction: "unsafe use
of new value". Airlock sees that and commits in between, so that a failure later in the file leaves
the value behind; other tools, and a BEGIN in the file, make it fail. Use the value in the next
file.

## Example
```sql
alter type internal.order_status add value if not exists 'refunded';
alter table internal.orders alter column status set default 'refunded';
```

## Use instead
```sql
alter type internal.order_status add value if not exists 'refunded';
```
```sql
alter table internal.orders alter column status set default 'refunded';
```
"""

from collections.abc import Iterator

from airlock.checks._drops import is_made_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, constant, qualified
from airlock.model.finding import Level
from airlock.sources.sqltext import Node


def check(act: Act) -> Hits:
    """Find the first use of a value in the transaction that adds it."""
    name, value = qualified(act.node.type_name), act.node.new_val
    if act.node.old_val or act.transaction is None or is_made_before(act, name):
        return
    for later in act.after:
        if not later.runs or later.transaction != act.transaction:
            continue
        use = next(_uses(later, name, value), None)
        if use is not None:
            at, certain = use
            yield Hit(
                message=f"'{value}' of {name} cannot be used before the transaction that adds it "
                "commits",
                at=later.offset(at),
                subject=f"{name}.{value}",
                level=Level.ERROR if certain and act.opened else Level.WARNING,
            )
            return


def _uses(act: Act, name: Name, value: str) -> Iterator[tuple[int, bool]]:
    """Yield where a value stands, and whether it is certain to be the enum's."""
    for cast in act.nodes("TypeCast"):
        if constant(cast.arg) == value and qualified(cast.type_name.names) == name:
            yield _place(cast.arg), True
    for each in act.nodes("A_Const"):
        if each.HasField("sval") and each.sval.sval == value:
            yield each.location, False


def _place(node: Node) -> int:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return int(node.a_const.location)


RULE = Rule(
    level=Level.ERROR,
    on=("alter_enum_stmt",),
    act=check,
    peers=("safe-migrate/enum-add-value-in-transaction",),
)
