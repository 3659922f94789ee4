"""A name does not have the form that the project has agreed on.

Who reads an error message or a plan sees the name of an index or a constraint alone. Where all of
them are built alike, it says at once which table and column it is about, and scripts can rely on
it.

`[checks.naming]` holds a regular expression for the whole name of each sort: `index`,
`primary_key`, `unique`, `foreign_key`, `check`, `exclusion`, `sequence`, `partition`. Sorts without
one are not looked at. Without any, names are held to the endings that Postgres itself gives:
`_idx`, `_pkey`, `_key`, `_fkey`, `_check`, `_excl` and `_seq`.

## Example
```sql
create sequence if not exists internal.numbers_of_orders;
```

```sql
alter index if exists internal.orders_placed rename to orders_by_day;
```

## Use instead
```sql
create sequence if not exists internal.orders_number_seq;
```

```sql
alter index if exists internal.orders_placed rename to orders_placed_at_idx;
```
"""

import re
from collections.abc import Mapping

from airlock.checks._naming import STATEMENTS, Given, Sort, given, said
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_KEYS: Mapping[Sort, str] = {
    Sort.INDEX: "index",
    Sort.PRIMARY_KEY: "primary_key",
    Sort.UNIQUE: "unique",
    Sort.FOREIGN_KEY: "foreign_key",
    Sort.CHECK: "check",
    Sort.EXCLUSION: "exclusion",
    Sort.SEQUENCE: "sequence",
    Sort.PARTITION: "partition",
}
_OWN: Mapping[str, tuple[str, ...]] = {
    "naming.index": (".+_(idx|key|pkey|excl)[0-9]*",),
    "naming.primary_key": (".+_pkey[0-9]*",),
    "naming.unique": (".+_key[0-9]*",),
    "naming.foreign_key": (".+_fkey[0-9]*",),
    "naming.check": (".+_check[0-9]*",),
    "naming.exclusion": (".+_excl[0-9]*",),
    "naming.sequence": (".+_seq[0-9]*",),
}
"""The endings that Postgres gives, with the number that tells apart what would be alike."""


def check(act: Act) -> Hits:
    """Find one that does not match."""
    options = act.context.options
    forms = options if any(f"naming.{key}" in options for key in _KEYS.values()) else _OWN
    for named in given(act):
        form = _form(named, forms)
        if form is not None and not re.fullmatch(form, named.name):
            yield said(act, named, f"the {named.sort} {named.name} is not called like {form}")


def _form(named: Given, forms: Mapping[str, tuple[str, ...]]) -> str | None:
    return next(iter(forms.get(f"naming.{_KEYS.get(named.sort)}", ())), None)


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=(
        "pgrubic/NM001",
        "pgrubic/NM002",
        "pgrubic/NM003",
        "pgrubic/NM004",
        "pgrubic/NM005",
        "pgrubic/NM006",
        "pgrubic/NM007",
        "pgrubic/NM009",
        "bytebase/naming-index",
        "bytebase/naming-pk",
        "bytebase/naming-uk",
        "bytebase/naming-fk",
    ),
)
