"""A partition is made as a part of its table, which locks that table against everybody.

CREATE TABLE … PARTITION OF takes an ACCESS EXCLUSIVE lock on the partitioned table: it waits for
every query that runs on any partition, and all new ones wait behind it. ATTACH PARTITION lets them
pass. Make the table by itself, then attach it.

The lock is short where no long query runs, so this is a note.

## Example
```sql
create table if not exists internal.events_2026 partition of internal.events
    for values from ('2026-01-01') to ('2027-01-01');
```

## Use instead
```sql
create table if not exists internal.events_2026 (
    like internal.events including defaults including constraints including indexes
);
alter table internal.events
    attach partition internal.events_2026 for values from ('2026-01-01') to ('2027-01-01');
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a partition that is made in place."""
    if not act.node.HasField("partbound") or len(act.node.inh_relations) != 1:
        return
    parent, own = relation(act.node.inh_relations[0].range_var), relation(act.node.relation)
    end = act.file.text.find("for values", act.start)
    bound = "for values …" if end < 0 else act.file.text[end : act.start + len(act.text)]
    if act.node.partbound.is_default:
        bound = "default"
    yield Hit(
        message=f"nobody can use {parent} for the moment in which {own} becomes a part of it",
        at=act.offset(act.node.relation.location),
        table=parent,
        subject=f"{parent} {own}",
        fix=f"create table {own} (like {parent} including defaults including constraints "
        f"including indexes);\nalter table {parent} attach partition {own} {bound.rstrip()};",
    )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"partition"}),
    peers=(),
)
