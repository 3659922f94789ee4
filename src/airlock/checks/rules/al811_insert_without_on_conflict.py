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
from collections.abc import Iterator, Mapping

from airlock.checks._guards import all_or_nothing, freed, key
from airlock.checks.act import Act, File, remembered
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, relation
from airlock.model.finding import Level

_LOOKS_FIRST = re.compile(r"\bnot\s+exists\b|\bexcept\b|\b(?:left|right|full)\b|\bnot\s+in\b", re.I)


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
    since = _fresh(act.file).get(table)
    return since is not None and since < act.index


@remembered
def _fresh(file: File) -> Mapping[Name, int]:
    """Return the tables that are empty or new at some act of a file."""
    found: dict[Name, int] = {}
    for act in file.acts:
        for table in _emptied(act) if act.runs else ():
            found.setdefault(table, act.index)
    return found


def _emptied(act: Act) -> Iterator[Name]:
    match act.kind:
        case "create_stmt":
            temporary = act.node.relation.relpersistence == "t"
            if temporary or not act.node.if_not_exists:
                yield relation(act.node.relation)
        case "create_table_as_stmt":
            yield relation(act.node.into.rel)
        case "delete_stmt":
            yield relation(act.node.relation)
        case "truncate_stmt":
            for each in act.node.relations:
                yield relation(each.range_var)


RULE = Rule(level=Level.NOTE, on=("insert_stmt",), act=check, peers=())
