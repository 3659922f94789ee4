"""A second run of the file stops where it adds a label that the enum has by then.

ADD VALUE cannot always be undone with the rest of the file, since a new label can only be used
after a commit, so the second run is likely: what comes after it may fail. IF NOT EXISTS passes
where the label is there.

## Example
```sql
alter type internal.mood add value 'calm' after 'glad';
```

## Use instead
```sql
alter type internal.mood add value if not exists 'calm' after 'glad';
```
"""

from airlock.checks._guards import IF_NOT_EXISTS, after_words, insertion
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule, edited
from airlock.checks.syntax import qualified
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a new label without the words; a label that is renamed has no such form."""
    node = act.node
    if node.old_val or node.skip_if_new_val_exists or act.guarded:
        return
    at = after_words(act, "add", "value")
    edits = insertion(at, IF_NOT_EXISTS) if at is not None else ()
    enum = qualified(node.type_name)
    yield Hit(
        message=f"a second run fails here: {enum} has this label by then",
        subject=f"{enum}.{node.new_val}",
        fix=edited(act, *edits) if edits else None,
        edits=edits,
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_enum_stmt",),
    act=check,
    peers=("safe-migrate/missing-idempotency",),
)
