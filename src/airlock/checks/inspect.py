"""Run the rules over a schema as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.checks.registry import Listed, registry
from airlock.checks.rule import Flaw, Schema
from airlock.checks.run import CRASHED, Selection
from airlock.model.finding import Finding


def inspect(schema: Schema, *, selection: Selection) -> list[tuple[Flaw | None, Finding]]:
    """Return what is wrong with a schema, each with what its rule said; worst first."""
    found = [
        each
        for listed in selection.rules()
        if listed.rule.schema and listed.rule.since <= schema.context.major
        for each in _ask(listed, schema, selection)
    ]
    return sorted(found, key=lambda each: (-each[1].level, each[1].code, each[1].key))


def _ask(
    listed: Listed, schema: Schema, selection: Selection
) -> Iterator[tuple[Flaw | None, Finding]]:
    assert listed.rule.schema is not None, "only these are asked"
    try:
        flaws = list(listed.rule.schema(schema))
    except Exception as error:
        flaws, crash = [], _crash(listed, error, selection)
        if crash:
            yield None, crash
    for flaw in flaws:
        yield flaw, _finding(listed, flaw, selection)


def _finding(listed: Listed, flaw: Flaw, selection: Selection) -> Finding:
    asked = selection.levels[listed.code]
    return Finding(
        code=listed.code,
        level=asked if flaw.level is None else min(asked, flaw.level),
        message=flaw.message,
        key=f"{listed.code}:{flaw.subject}",
        why=flaw.why or listed.page.why,
        fix=flaw.fix,
    )


def _crash(listed: Listed, error: Exception, selection: Selection) -> Finding | None:
    """Name a rule that raised, not what it said: that may quote anything."""
    if CRASHED not in selection.levels:
        return None
    return Finding(
        code=CRASHED,
        level=selection.levels[CRASHED],
        message=f"the rule {listed.code} stopped: {type(error).__name__}",
        key=f"{CRASHED}:{listed.code}",
        why=registry()[CRASHED].page.why,
    )
