"""A second run of the file stops where it renames or moves what has its new name by then.

ALTER TABLE IF EXISTS lets the renaming of a table, a view, an index or a sequence pass once it is
done. It is no help for columns, constraints, policies, types and functions: those need a DO block
that looks into the catalog first.

What is renamed under a condition is left alone, and what stands in the file's own BEGIN … COMMIT.

## Example
```sql
alter index internal.orders_note_idx rename to orders_remark_idx;
```

## Use instead
```sql
alter index if exists internal.orders_note_idx rename to orders_remark_idx;
```
"""

from airlock.checks._guards import (
    IF_EXISTS,
    after_words,
    all_or_nothing,
    insertion,
    object_kind,
    parts_of,
    wrapped,
)
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.model.names import literal, spell
from airlock.sources.sqltext import Node

_RELATIONS = frozenset({"table", "view", "materialized view", "index", "sequence", "foreign table"})


def check(act: Act) -> Hits:
    """Find a name that is given away, or a schema that is left."""
    node = act.node
    field = "object_type" if act.kind == "alter_object_schema_stmt" else "rename_type"
    kind = object_kind(node, field)
    whole = kind in _RELATIONS
    if act.guarded or all_or_nothing(act) or (whole and node.missing_ok):
        return
    name = _name(node, kind)
    fix, edits = _guard(act, kind)
    yield Hit(
        message=f"a second run fails here: the {kind} {name} has its new name by then"
        if field == "rename_type"
        else f"a second run fails here: the {kind} {name} is in its new schema by then",
        subject=f"{kind} {name}",
        fix=fix,
        edits=edits,
    )


def _name(node: Node, kind: str) -> str:
    if node.HasField("relation"):
        table = str(relation(node.relation))
        inner = getattr(node, "subname", "")
        return f"{spell(inner)} of {table}" if inner and kind not in _RELATIONS else table
    names = parts_of(node.object)
    subject = getattr(node, "subname", "")
    return spell(*(names or ((subject,) if subject else ("?",))))


def _guard(act: Act, kind: str) -> tuple[str | None, tuple[Edit, ...]]:
    """Return the form that can run twice, where there is a short one."""
    if kind in _RELATIONS:
        at = after_words(act, "alter", *kind.split())
        edits = insertion(at, IF_EXISTS) if at is not None else ()
        return (edited(act, *edits), edits) if edits else (None, ())
    if kind == "column":
        var = act.node.relation
        table = literal(spell(*filter(None, (var.schemaname, var.relname))))
        test = (
            "exists (\n    select from pg_attribute\n"
            f"    where attrelid = {table}::regclass and attname = {literal(act.node.subname)}\n)"
        )
        return wrapped(act, test)
    return None, ()


RULE = Rule(
    level=Level.WARNING,
    on=("rename_stmt", "alter_object_schema_stmt"),
    act=check,
    peers=(),
)
