"""Changes of a table without row-level security are sent to everybody who listens.

Realtime asks the table's policies who may see a changed row. Where row-level security is off there
is nothing to ask: each INSERT, UPDATE and DELETE goes to everybody who subscribes with the
project's public key.

## Given
```sql
create schema if not exists internal;
```

## Example
```sql
create table if not exists internal.messages (
    user_id uuid primary key,
    body text not null
);
do $$
begin
    if not exists (
        select from pg_publication_tables
        where (pubname, schemaname, tablename) = ('supabase_realtime', 'internal', 'messages')
    ) then
        alter publication supabase_realtime add table internal.messages;
    end if;
end
$$;
```

## Use instead
```sql
create table if not exists internal.messages (
    user_id uuid primary key,
    body text not null
);
alter table internal.messages enable row level security;
drop policy if exists "people read their messages" on internal.messages;
create policy "people read their messages" on internal.messages
    for select to authenticated using (user_id = (select auth.uid()));
do $$
begin
    if not exists (
        select from pg_publication_tables
        where (pubname, schemaname, tablename) = ('supabase_realtime', 'internal', 'messages')
    ) then
        alter publication supabase_realtime add table internal.messages;
    end if;
end
$$;
```
"""

from airlock.checks._known import known
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, enum, relation
from airlock.kinds.publication_table import PublicationTable
from airlock.kinds.table import Table
from airlock.model.finding import Level

_REALTIME = "supabase_realtime"


def check(act: Act) -> Hits:
    """Find a table of the same file that is published and that no file guards."""
    if act.node.pubname != _REALTIME or _takes_away(act):
        return
    for each in act.node.pubobjects:
        if each.publication_obj_spec.HasField("pubtable"):
            table = relation(each.publication_obj_spec.pubtable.relation)
            if act.is_new(table):
                yield Hit(
                    message=_message(table),
                    table=table,
                    fix=_fix(table),
                    unless=known(Knows.ROW_SECURITY, table),
                )


def _takes_away(act: Act) -> bool:
    return act.kind == "alter_publication_stmt" and enum(act.node, "action") == "AP_DropObjects"


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    for node in schema.catalog:
        if not isinstance(node, PublicationTable) or node.id.path[0] != _REALTIME:
            continue
        table = schema.catalog.nodes.get(node.table)
        if isinstance(table, Table) and not table.row_security:
            name = Name(*table.id.path)
            yield Flaw(subject=table.id, message=_message(name), fix=_fix(name))


def _message(table: Name) -> str:
    return f"changes of {table} are sent to everybody: its row-level security is off"


def _fix(table: Name) -> str:
    return f"alter table {table} enable row level security;"


RULE = Rule(
    level=Level.ERROR,
    on=("alter_publication_stmt", "create_publication_stmt"),
    act=check,
    schema=audit,
    blames=("alter_publication_stmt", "create_publication_stmt", "alter_table_stmt"),
    peers=("pgrls/SEC051",),
)
