r"""A migration copies rows out of the database.

COPY … TO hands the rows of a table to whoever runs the migration, writes them to a file of the
server, or to a program; psql's `\copy` writes them to the machine of the person. A migration has no
use for that. Rows leave a protected database in one way, as an encrypted backup.

## Example
```sql
copy internal.customers (note) to stdout;
```

## Use instead
```sql
comment on table internal.customers is 'One row for each customer.';
```
"""

import re

from airlock.checks.act import Act, File
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.model.script import PieceKind

_COPY = re.compile(r"\\copy\b", re.IGNORECASE)
_TO = re.compile(r"\bto\s+(?:program\s+)?(?:p?stdout|'|[\w/.~])", re.IGNORECASE)


def check(act: Act) -> Hits:
    """Find COPY … TO, of a table or a query."""
    if act.node.is_from:
        return
    table = relation(act.node.relation) if act.node.HasField("relation") else None
    yield Hit(
        message=f"this copies the rows of {table} out of the database"
        if table
        else "this copies the rows of a query out of the database",
        table=table,
    )


def check_commands(file: File) -> Hits:
    r"""Find psql's `\copy … to`."""
    for piece in file.script.pieces:
        if piece.kind is PieceKind.META and _COPY.match(piece.text) and _TO.search(piece.text):
            yield Hit(
                message="this copies rows to the machine of whoever runs it",
                at=piece.span.char_start,
            )


RULE = Rule(
    level=Level.ERROR,
    on=("copy_stmt",),
    act=check,
    file=check_commands,
    peers=(),
)
