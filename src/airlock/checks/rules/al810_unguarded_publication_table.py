"""A second run of the file stops where it adds a table that the publication has by then.

ALTER PUBLICATION … ADD TABLE fails where the table is a member, and DROP TABLE where it is none. A
DO block that looks into pg_publication_tables first makes it run once. This is how a table is made
known to Supabase Realtime, so it also fails where somebody has used the dashboard for it.

What is added under a condition is left alone.

## Example
```sql
alter publication supabase_realtime add table internal.orders;
```

## Use instead
```sql
do $$
begin
    if not exists (
        select from pg_publication_tables
        where pubname = 'supabase_realtime' and schemaname = 'internal' and tablename = 'orders'
    ) then
        alter publication supabase_realtime add table internal.orders;
    end if;
end
$$;
```
"""

from airlock.checks._guards import freed, wrapped
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, relation
from airlock.model.finding import Level
from airlock.model.names import literal, spell

_DOES = {"AP_AddObjects": ("not exists", "has"), "AP_DropObjects": ("exists", "has lost")}


def check(act: Act) -> Hits:
    """Find tables that join or leave a publication."""
    action = enum(act.node, "action")
    tables = [
        relation(each.publication_obj_spec.pubtable.relation)
        for each in act.node.pubobjects
        if each.publication_obj_spec.HasField("pubtable")
    ]
    if action not in _DOES or act.guarded or not tables:
        return
    name, table = act.node.pubname, tables[0]
    if action == "AP_AddObjects" and freed(act, ("member", name, *table)):
        return
    exists, state = _DOES[action]
    test = (
        f"{exists} (\n    select from pg_publication_tables\n"
        f"    where pubname = {literal(name)} and schemaname = {literal(table.schema)}\n"
        f"        and tablename = {literal(table.name)}\n)"
    )
    fix, edits = wrapped(act, test) if len(tables) == 1 else (None, ())
    yield Hit(
        message=f"a second run fails here: the publication {spell(name)} {state} {table} by then",
        subject=f"{name}.{table}",
        fix=fix,
        edits=edits,
    )


RULE = Rule(level=Level.WARNING, on=("alter_publication_stmt",), act=check, peers=())
