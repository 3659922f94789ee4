"""A foreign key refers to a table of users of the project's own.

On Supabase accounts stand in `auth.users`, and `auth.uid()` is an id of that table. A row of
`public.users` is made by a trigger or by the application, so it may be missing when the first row
that refers to it is written, and may stay when the account is gone. It is right where
`public.users` itself refers to `auth.users`.

## Example
```sql
create table if not exists internal.notes (
    user_id uuid primary key references public.users (id) on delete cascade,
    body text not null
);
```

## Use instead
```sql
create table if not exists internal.notes (
    user_id uuid primary key references auth.users (id) on delete cascade,
    body text not null
);
```
"""

from airlock.checks._references import ON, Reference, in_text
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import PUBLIC, Name
from airlock.kinds.constraint import Constraint
from airlock.model.catalog import Catalog
from airlock.model.finding import Level
from airlock.model.node import Id

_USERS = Name(PUBLIC, "users")


def judge(reference: Reference) -> Hits:
    """Find one to public.users, unless a file makes that table, or it refers to the accounts."""
    if reference.other != _USERS or not reference.context.supabase:
        return
    before = reference.context.before
    if before is not None and _mirrors(before):
        return
    yield Hit(
        message=f"{', '.join(reference.columns)} of {reference.table} refers to public.users, "
        "not to the accounts in auth.users",
        at=reference.at,
        subject=f"{reference.table} {' '.join(reference.columns)}",
        unless=(Fact(Knows.MADE, _USERS),),
    )


def _mirrors(catalog: Catalog) -> bool:
    table = Id("table", tuple(_USERS))
    return any(
        isinstance(node, Constraint)
        and node.parent == table
        and node.referenced == Id("table", ("auth", "users"))
        for node in catalog
    )


RULE = Rule(level=Level.NOTE, on=ON, act=in_text(judge), peers=())
