"""A database keeps texts in another encoding than UTF-8.

With SQL_ASCII Postgres does not check at all what bytes a text holds: several encodings end up in
one column, sorting and upper() go by bytes, and no client can show all of it. Other encodings lack
characters that users will type.

## Example
```sql
create database orders encoding sql_ascii template template0;
```

## Use instead
```sql
create database orders encoding utf8 template template0;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import options, value
from airlock.model.finding import Level

_NUMBERS = {"6": "utf8"}
_ALIKE = {"utf8", "unicode", "default"}


def check(act: Act) -> Hits:
    """Find one by its ENCODING."""
    element = options(act.node.options).get("encoding")
    if element is None:
        return
    encoding = value(element)
    known = _NUMBERS.get(encoding, encoding.lower().replace("-", ""))
    if known and known not in _ALIKE:
        yield Hit(
            message=f"the database {act.node.dbname} keeps its texts in {encoding}",
            at=act.offset(element.location),
            subject=act.node.dbname,
        )


RULE = Rule(
    level=Level.WARNING,
    on=("createdb_stmt",),
    act=check,
    peers=(
        "pgrubic/GN003",
        "bytebase/encoding-allowlist",
    ),
)
