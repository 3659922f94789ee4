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

from collections import defaultdict
from collections.abc import Mapping, Sequence

from airlock.checks._drops import is_made_before
from airlock.checks.act import Act, File, remembered
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, qualified
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find the first use of a value in the transaction that adds it."""
    name, value = qualified(act.node.type_name), act.node.new_val
    if act.node.old_val or act.transaction is None or is_made_before(act, name):
        return
    for later, at, cast in _constants(act.file).get(value, ()):
        if later.index > act.index and later.transaction == act.transaction:
            yield Hit(
                message=f"'{value}' of {name} cannot be used before the transaction that adds it "
                "commits",
                at=later.offset(at),
                subject=f"{name}.{value}",
                level=Level.ERROR if cast == name and act.opened else Level.WARNING,
            )
            return


@remembered
def _constants(file: File) -> Mapping[str, Sequence[tuple[Act, int, Name | None]]]:
    """Return the texts that a file uses: where each stands, and the type that it is cast to."""
    found: dict[str, list[tuple[Act, int, Name | None]]] = defaultdict(list)
    for act in file.acts:
        if not act.runs:
            continue
        types = {
            cast.arg.a_const.location: qualified(cast.type_name.names)
            for cast in act.nodes("TypeCast")
            if cast.arg.WhichOneof("node") == "a_const"
        }
        for each in act.nodes("A_Const"):
            if each.HasField("sval"):
                found[each.sval.sval].append((act, each.location, types.get(each.location)))
    return found


RULE = Rule(
    level=Level.ERROR,
    on=("alter_enum_stmt",),
    act=check,
    peers=(),
)
