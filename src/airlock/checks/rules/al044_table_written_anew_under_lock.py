"""A table is written anew while nobody can use it.

VACUUM FULL and CLUSTER copy the table and all of its indexes under an ACCESS EXCLUSIVE lock. From
Postgres 19 on `repack (concurrently)` does the same while others read and write, with a lock at the
end only.

## Example
```sql
vacuum full internal.orders;
```

## Use instead
```sql
vacuum internal.orders;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import is_on, options, relation
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find VACUUM FULL and CLUSTER; the edit writes REPACK."""
    node = act.node
    if act.kind == "cluster_stmt":
        tables = [node.relation] if node.HasField("relation") else []
        index = f" using index {spell(node.indexname)}" if node.indexname else ""
    elif is_on(options(node.options).get("full")):
        tables = [each.vacuum_relation.relation for each in node.rels]
        index = ""
    else:
        return
    named = ", ".join(str(relation(each)) for each in tables)
    text = " ".join(filter(None, ("repack (concurrently)", named))) + index
    end = act.start + len(act.text)
    edit = Edit(start=act.offset(0), end=end, text=text)
    yield Hit(
        message=f"nobody can use {named or 'one table after the other'} until it is written anew",
        table=relation(tables[0]) if tables else None,
        fix=edited(act, edit),
        edits=(edit,) if act.statement is not None else (),
        mend=Mend.SAFE,
    )


RULE = Rule(
    level=Level.WARNING,
    on=("vacuum_stmt", "cluster_stmt"),
    act=check,
    spares_new=True,
    since=19,
    peers=("squawk/prefer-repack",),
)
