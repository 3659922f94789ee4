"""An index is rebuilt while its table is locked.

REINDEX lets nobody write to the table until it has read all of it, and queries that would use the
index wait too. CONCURRENTLY builds the new index beside the old one. It cannot run inside a
transaction block, so Airlock runs it outside of the file's own.

## Example
```sql
reindex table public.orders;
```

## Use instead
```sql
reindex table concurrently public.orders;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import enum, is_on, options, relation
from airlock.model.finding import Level

_WORDS = {
    "REINDEX_OBJECT_INDEX": "index",
    "REINDEX_OBJECT_TABLE": "table",
    "REINDEX_OBJECT_SCHEMA": "schema",
    "REINDEX_OBJECT_DATABASE": "database",
}
"""What can be rebuilt concurrently: all but the system's own catalogs."""


def check(act: Act) -> Hits:
    """Find a REINDEX in the open."""
    word = _WORDS.get(enum(act.node, "kind"))
    if word is None or is_on(options(act.node.params).get("concurrently")):
        return
    named = act.node.HasField("relation")
    name = relation(act.node.relation) if named else None
    _, end = act.word(word)
    edit = Edit(start=end, end=end, text=" concurrently")
    possible = "concurrently" not in options(act.node.params)
    yield Hit(
        message=f"writes wait while {name or f'the {word}'} is indexed anew",
        table=name,
        fix=edited(act, edit) if possible else None,
        edits=(edit,) if possible and act.may_run_alone else (),
    )


RULE = Rule(
    level=Level.WARNING,
    on=("reindex_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/require-concurrent-reindex",
        "pgrubic/US020",
        "django-migration-linter/REINDEX",
        "postgres-language-server/requireConcurrentReindex",
    ),
)
