"""A timeout is switched off before a table is locked.

A statement that waits for its lock makes everybody behind it wait. Airlock lets it wait four
seconds and then tries again; without a lock_timeout, or with a long one, one forgotten session that
has the table open brings the program to a halt. A statement_timeout of nothing lets what holds the
lock run for as long as it likes.

It says nothing where the file locks no table that was there before.

## Example
```sql
set lock_timeout = 0;
alter table internal.orders add column if not exists note text;
```

## Use instead
```sql
set lock_timeout = '2s';
alter table internal.orders add column if not exists note text;
```
"""

from airlock.checks._locks import excluded
from airlock.checks._timeouts import SETTING, seconds
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_LONG = 60
"""Seconds that nobody should wait for a lock."""


def check(act: Act) -> Hits:
    """Find a timeout that is switched off, or so long that it is none."""
    for setting, level in (("lock_timeout", Level.WARNING), ("statement_timeout", Level.NOTE)):
        given = seconds(act, setting)
        long = given == 0 or (given is not None and given > _LONG and setting == "lock_timeout")
        if not long:
            continue
        first = next((each for later in act.after if later.runs for each in excluded(later)), None)
        if first is not None:
            what = "waits for its lock" if setting == "lock_timeout" else "runs"
            yield Hit(
                message=f"what locks {first} {what} without an end in sight",
                table=first,
                subject=setting,
                level=level,
            )


RULE = Rule(
    level=Level.WARNING,
    on=SETTING,
    act=check,
    spares_new=True,
    peers=(),
)
