"""A file fails when it runs a second time.

Airlock runs every pending file twice on a throw-away database and names the first statement that
fails the second time. A file that stops half-way outside of a transaction, a history that was lost
or a database that was restored from a backup make it run again for real, and then it stops there.

The fix is the guarded form: `if not exists`, `or replace`, or DROP … IF EXISTS and CREATE in one
transaction. The rules AL801 to AL813 name every such statement by its text.
"""

from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.WARNING, peers=("safe-migrate/missing-idempotency",))
