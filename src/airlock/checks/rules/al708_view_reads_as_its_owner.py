"""A view passes by the row-level security of the tables that it reads.

A view reads with the rights of its owner, unless `security_invoker` is on: the policies of the
tables count for `postgres`, who passes them by, and not for who asks. Whoever may read the view
sees all the rows that it selects. CREATE OR REPLACE VIEW without the option turns it off again.

A view that is meant to show what its tables hide selects just that; then say so where this is
allowed.

## Given
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
```

## Example
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
create or replace view public.short_notes as
select user_id, body from public.notes where length(body) < 100;
grant select on public.short_notes to authenticated;
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
create or replace view public.short_notes with (security_invoker = true) as
select user_id, body from public.notes where length(body) < 100;
grant select on public.short_notes to authenticated;
```
"""

from airlock.checks._rights import readers
from airlock.checks._views import BLAMES, View, in_schema, in_text, reads, shows_accounts
from airlock.checks.rule import Edit, Fact, Hit, Hits, Knows, Mend, Rule, edited
from airlock.kinds.table import Table
from airlock.model.finding import Level
from airlock.model.node import Id


def judge(view: View) -> Hits:
    """Find a view of the API without it; where its tables are guarded, rows are open for sure."""
    if view.materialized or view.invoker or view.name.schema not in view.context.exposed:
        return
    if shows_accounts(view):
        return  # AL709 says so.
    message = f"the view {view.name} passes by the row-level security of what it reads"
    fix = f"alter view {view.name} set (security_invoker = true);"
    if view.id is not None:
        if _is_read(view):
            yield Hit(message=message, fix=fix, level=_level(view))
        return
    edits = _edits(view)
    yield Hit(
        message=message,
        table=view.name,
        level=Level.WARNING,
        fix=edited(view.act, *edits) if view.act and edits else fix,
        edits=edits,
        mend=Mend.UNSAFE,
        unless=(Fact(Knows.INVOKER, view.name),),
    )


def _is_read(view: View) -> bool:
    """Whether a role of the API may read it; where the platform grants, it will."""
    assert view.id is not None, "it stands in a catalog"
    assert view.catalog is not None, "it stands in a catalog"
    return bool(readers(view.catalog, view.id, {"select"})) or view.context.expose_new_tables


def _level(view: View) -> Level:
    assert view.catalog is not None, "it stands in a catalog"
    for name in reads(view):
        table = view.catalog.nodes.get(Id("table", tuple(name)))
        if isinstance(table, Table) and table.row_security:
            return Level.ERROR
    return Level.WARNING


def _edits(view: View) -> tuple[Edit, ...]:
    """Return what puts the option before AS, where the view has none."""
    if view.act is None or view.options:
        return ()
    start, _ = view.act.word("as")
    return (Edit(start=start, end=start, text="with (security_invoker = true) "),)


RULE = Rule(
    level=Level.ERROR,
    on=("view_stmt",),
    act=in_text(judge),
    schema=in_schema(judge),
    since=15,
    blames=BLAMES,
    peers=("splinter/0010", "pgrls/VIEW001", "pgrls/VIEW004"),
)
