"""A second run of the file writes its rows once more, or stops at a key that is there.

Where nothing keeps them apart the rows are doubled without a word, which is worse than an error.
ON CONFLICT with the key that tells the rows apart lets the statement run again.

An INSERT that takes what is not there yet (NOT EXISTS, EXCEPT, an outer join), one whose table the
same file creates or empties before, and one under a condition are left alone.

## Example
```sql
insert into storage.buckets (id, name, public) values ('receipts', 'receipts', false);
```

## Use instead
```sql
insert into storage.buckets (id, name, public) values ('receipts', 'receipts', false)
on conflict (id) do nothing;
```
"""

import re

from airlock.checks._guards import all_or_nothing, freed, key
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, relation
from airlock.model.finding import Level

_LOOKS_FIRST = re.compile(r"\bnot\s+exists\b|\bexcept\b|\b(?:left|right|full)\b|\bnot\s+in\b", re.I)
_EMPTIES = frozenset({"delete_stmt", "truncate_stmt"})


def check(act: Act) -> Hits:
    """Find an INSERT that does the same again."""
    node, table = act.node, relation(act.node.relation)
    conflict = node.HasField("on_conflict_clause")
    if conflict or act.guarded or act.dynamic or all_or_nothing(act):
        return
    if _LOOKS_FIRST.search(act.text) or _is_fresh(act, table):
        return
    yield Hit(
        message=f"a second run writes these rows to {table} once more, or fails",
        table=table,
    )


def _is_fresh(act: Act, table: Name) -> bool:
    """Whether the file makes or empties the table before."""
    if freed(act, key("table", *table)):
        return True
    for each in act.before:
        if each.kind == "create_stmt" and relation(each.node.relation) == table:
            temporary = each.node.relation.relpersistence == "t"
            if temporary or not each.node.if_not_exists:
                return True
        if each.kind == "create_table_as_stmt" and relation(each.node.into.rel) == table:
            return True
        if each.kind in _EMPTIES and each.runs and table in _emptied(each):
            return True
    return False


def _emptied(act: Act) -> set[Name]:
    if act.kind == "delete_stmt":
        return {relation(act.node.relation)}
    return {relation(each.range_var) for each in act.node.relations}


RULE = Rule(level=Level.WARNING, on=("insert_stmt",), act=check, peers=())
