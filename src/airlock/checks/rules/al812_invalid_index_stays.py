"""An index that a failed build left behind is taken for the finished one.

CREATE INDEX CONCURRENTLY that fails, or is cancelled, leaves an invalid index of that name: no
query uses it, a unique one does not keep rows apart as it promises, and every write keeps it up to
date. IF NOT EXISTS finds the name there and passes, so the second run succeeds and mends nothing.
DROP INDEX CONCURRENTLY IF EXISTS before it builds it anew; the price is that an index that is valid
is built anew as well, should the file ever run twice.

## Example
```sql
create index concurrently if not exists orders_note_idx on internal.orders (note);
```

## Use instead
```sql
drop index concurrently if exists internal.orders_note_idx;
create index concurrently if not exists orders_note_idx on internal.orders (note);
```
"""

from airlock.checks._guards import freed, insertion, key
from airlock.checks.act import Act, Place
from airlock.checks.rule import Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find an index built so, which the file does not drop before."""
    node = act.node
    schema = relation(node.relation).schema
    if not (node.concurrent and node.if_not_exists and node.idxname):
        return
    if freed(act, key("index", schema, node.idxname)) or act.place is not Place.FILE:
        return
    index = spell(*filter(None, (node.relation.schemaname, node.idxname)))
    edits = insertion(act.start, f"drop index concurrently if exists {index};\n")
    yield Hit(
        message=f"where a build of {index} has failed, this keeps the invalid index",
        table=relation(node.relation),
        subject=index,
        fix=edited(act, *edits),
        edits=edits,
        mend=Mend.UNSAFE,
    )


RULE = Rule(level=Level.NOTE, on=("index_stmt",), act=check, peers=(), opt_in=True)
