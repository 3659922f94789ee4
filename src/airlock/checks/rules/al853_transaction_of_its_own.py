"""A file opens and commits transactions itself.

Airlock runs each file in a transaction, together with the line that says that it has run. A file
with its own BEGIN and COMMIT takes that away: when it fails, what it had committed stays, and the
history does not know. Leave them out; statements that cannot run in a transaction are run outside
of it anyway.

## Example
```sql
begin;
comment on table internal.orders is 'One row for each order.';
commit;
```

## Use instead
```sql
comment on table internal.orders is 'One row for each order.';
```
"""

from airlock.checks._transactions import controls
from airlock.checks.act import Act, File
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule
from airlock.model.finding import Level
from airlock.model.script import Running

_PAIR = 2


def check(file: File) -> Hits:
    """Find transactions that are right as such; what is wrong with others is worse."""
    found = list(controls(file))
    if not found or any(flaw for _, flaw in found):
        return
    if any(
        act.opened and act.statement and act.statement.running is Running.ALONE for act in file.acts
    ):
        return
    around = [act for act, _ in found]
    whole = len(around) == _PAIR and around == [file.acts[0], file.acts[-1]]
    yield Hit(
        message="what this file commits stays when a later statement fails",
        at=around[0].start,
        edits=tuple(_without(file, act) for act in around) if whole else (),
        mend=Mend.SAFE,
    )


def _without(file: File, act: Act) -> Edit:
    """Return the edit that takes a statement out, with its semicolon and line end."""
    end = act.start + len(act.text)
    while end < len(file.text) and file.text[end] in " \t;":
        end += 1
    return Edit(start=act.start, end=end + (file.text[end : end + 1] == "\n"), text="")


RULE = Rule(
    level=Level.NOTE,
    file=check,
    peers=(
        "bytebase/statement-disallow-commit",
        "postgres-language-server/transactionNesting",
    ),
)
