"""The page of rules, made from the registry: what each looks for, and who else does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from airlock.checks.registry import Listed, registry

OLDEST = 14
ABOUT = """\
# Rules

`airlock check` judges what is pending by these rules, `airlock audit` a schema as it stands.
`airlock explain RULE` shows a rule's page: why it matters, an example, and what to write instead.

- **looks at**: *text* is SQL in files, and all that a file needs; *schema* is a database's catalog.
  Where a rule has both, `airlock check` asks the schema that the files make, and the text where no
  server runs.
- **off** rules run when they are selected: `--extend`, or `extend` under `[checks]`.

`-- airlock: allow AL101 because …` before, in or behind a statement allows one thing once, and
needs its reason.
"""


def checks_page(made: str) -> str:
    """Return the page; `made` is its first line."""
    return made + ABOUT + "".join(_themes())


def _themes() -> Iterator[str]:
    for theme, group in groupby(registry().values(), key=lambda each: each.theme):
        yield f"\n## {theme.name.replace('_', ' ').capitalize()}\n\n"
        yield "| rule | | level | looks at | the same elsewhere |\n"
        yield "| --- | --- | --- | --- | --- |\n"
        for each in group:
            yield _row(each)


def _row(each: Listed) -> str:
    rule = each.rule
    level = rule.level.name.lower() + (", off" if rule.opt_in else "")
    asked = {"text": rule.act or rule.file, "schema": rule.schema}
    looks = [name for name, question in asked.items() if question]
    since = f" ({rule.since} and later)" if rule.since > OLDEST else ""
    peers = ", ".join(rule.peers)
    return (
        f"| {each.code} `{each.name}` | {each.page.title}{since} | {level} | "
        f"{', '.join(looks) or 'the run'} | {peers} |\n"
    )
