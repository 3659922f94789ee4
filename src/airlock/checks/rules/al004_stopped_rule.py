"""A rule stopped on a mistake of its own.

What it would have found is not known. The other rules went on, and the command ends with exit code
2, so that nobody takes the file for clean. Report it, or leave the rule out with `--ignore` until
it is mended.
"""

from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, peers=())
