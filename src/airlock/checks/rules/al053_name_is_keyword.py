"""A name is a word of the language.

A reserved word has to be quoted in every query. Others can be names today, but read badly, confuse
tools that colour or format SQL, and may be reserved by a later version of the standard.

## Example
```sql
create table if not exists internal."table" (
    id bigint generated always as identity primary key
);
```

## Use instead
```sql
create table if not exists internal.tables_in_hall (
    id bigint generated always as identity primary key
);
```
"""

from airlock.checks._naming import STATEMENTS, given, said
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level
from airlock.sources.sqltext import is_keyword


def check(act: Act) -> Hits:
    """Find one that the grammar knows as a word."""
    for named in given(act):
        if is_keyword(named.name.strip()):
            message = f"{named.name}, the name of this {named.sort}, is a word of SQL itself"
            yield said(act, named, message)


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=("pgrubic/NM011", "pglinter/B010"),
)
