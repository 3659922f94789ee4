"""Run the rules over files, in two stages.

`examine` looks at one file by itself, so that what it finds depends on that file alone and can be
kept. `settle` looks at all of them in order: what one file makes is new to those after it, and what
a later one mends is no fault of an earlier one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from airlock.checks.act import Act, Context, File, read
from airlock.checks.allow import Allow, Malformed, allows
from airlock.checks.exposure.veil import conceal, veiled
from airlock.checks.facts import facts
from airlock.checks.newness import New
from airlock.checks.registry import Listed, registry
from airlock.checks.rule import Edit, Fact, Hit, Mend, Rule
from airlock.checks.syntax import Name
from airlock.errors import Location
from airlock.model.catalog import Catalog
from airlock.model.finding import Finding, Level
from airlock.sources.sqltext import normalised

UNREADABLE, MALFORMED, UNUSED, CRASHED = "AL001", "AL002", "AL003", "AL004"
"""What the run itself has to say: see the rules of these codes."""
_WORD = re.compile(r'"(?:[^"]|"")*"|[\w.]+|\S')
_KEY_DIGITS = 16
_LONG_LINE = 1000
"""Characters of a line that are looked at on each side of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A finding of one file, and what may yet take it away."""

    finding: Finding
    at: int
    edits: tuple[Edit, ...] = ()
    mend: Mend = Mend.SAFE
    table: Name | None = None
    spared_where_new: bool = False
    unless: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What one file holds."""

    path: str
    text: str
    raised: tuple[Raised, ...]
    facts: frozenset[Fact]
    allows: tuple[Allow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rules run, and at which level; without an entry a rule is off."""

    levels: Mapping[str, Level]

    def rules(self) -> Iterator[Listed]:
        """Yield the rules that are on."""
        return (listed for code, listed in registry().items() if code in self.levels)


def examine(path: str, text: str, *, selection: Selection, context: Context) -> Examined:
    """Look at one file."""
    file = read(path, text, context)
    run = _Run(file=file, selection=selection)
    found = tuple(sorted(run.raised(), key=lambda each: (each.at, each.finding.code)))
    return Examined(
        path=path,
        text=text,
        raised=found,
        facts=facts(file),
        allows=tuple(each for each in allows(file) if isinstance(each, Allow)),
    )


def settle(
    files: Sequence[Examined],
    *,
    selection: Selection,
    schemas: bool = False,
    before: Catalog | None = None,
) -> list[Raised]:
    """Return what stays when all files are looked at together, in their order.

    `schemas` says whether what is wrong with the schema is among what was raised. What is not in
    the schema `before` them is new, whatever makes it.
    """
    everything = frozenset[Fact]().union(*(file.facts for file in files))
    new = New(before=before, facts=everything)
    kept: list[Raised] = []
    for file in files:
        used: set[int] = set()
        new.rename(file.facts)
        for raised in file.raised:
            if raised.spared_where_new and raised.table and raised.table in new:
                continue
            if everything.intersection(raised.unless):
                continue
            covering = [
                number
                for number, allow in enumerate(file.allows)
                if allow.covers(raised.finding.code, raised.at)
            ]
            if covering:
                used.update(covering)
                continue
            kept.append(raised)
        kept += _unused(file, used, selection, schemas=schemas)
        new.make(file.facts)
    return kept


def _unused(
    file: Examined, used: set[int], selection: Selection, *, schemas: bool
) -> Iterator[Raised]:
    """Yield what allows nothing, as far as the rules that it names were asked."""

    def was_asked(code: str) -> bool:
        if code not in selection.levels:
            return False
        rule = registry()[code].rule
        return bool(rule.act or rule.file or (rule.schema and schemas))

    for number, allow in enumerate(file.allows):
        if number in used or not all(was_asked(code) for code in allow.codes):
            continue
        hit = Hit(message=f"nothing here is found by {', '.join(allow.codes)}", at=allow.at)
        whole = read(file.path, file.text, Context())
        said = _Judge(whole, selection).said(UNUSED, hit, length=len(allow.text))
        if said:
            yield said


@dataclass(slots=True, kw_only=True)
class _Run:
    """The rules over one file."""

    file: File
    selection: Selection
    judge: _Judge = field(init=False)

    def __post_init__(self) -> None:
        self.judge = _Judge(self.file, self.selection)

    def raised(self) -> Iterator[Raised]:
        """Yield what is found, in no order."""
        yield from self._own()
        by_kind: dict[str, list[Listed]] = defaultdict(list)
        for listed in self.selection.rules():
            rule = listed.rule
            if rule.since > self.file.context.major or self._judged_by_schema(rule):
                continue
            if rule.file:
                yield from self._ask(listed, rule.file, self.file)
            if rule.act:
                for kind in rule.on or ("",):
                    by_kind[kind].append(listed)
        for act in self.file.acts:
            for listed in (*by_kind.get(act.kind, ()), *by_kind.get("", ())):
                if (act.runs or listed.rule.bodies) and listed.rule.act:
                    yield from self._ask(listed, listed.rule.act, act)

    def _judged_by_schema(self, rule: Rule) -> bool:
        return rule.schema is not None and self.file.context.after is not None

    def _ask(
        self, listed: Listed, question: Callable[[Any], Iterable[Hit]], subject: Act | File
    ) -> Iterator[Raised]:
        """Yield what a rule says; one that raises is named, and the run goes on."""
        act = subject if isinstance(subject, Act) else None
        try:
            hits = list(question(subject))
        except Exception as error:
            hit = Hit(
                message=f"the rule {listed.code} stopped: {type(error).__name__}",
                at=act.offset(0) if act else 0,
                subject=listed.code,
            )
            hits, crash = [], self.judge.said(CRASHED, hit)
            if crash:
                yield crash
        for hit in hits:
            new = act is not None and hit.table is not None and act.is_new(hit.table)
            if not (listed.rule.spares_new and new):
                yield self.judge.raised(listed, hit, act)

    def _own(self) -> Iterator[Raised]:
        """Yield what the run itself has to say of the file."""
        for statement in self.file.script.statements:
            if not statement.tag:
                hit = Hit(
                    message="this statement cannot be read: no rule has looked at it",
                    at=statement.span.char_start,
                )
                said = self.judge.said(UNREADABLE, hit)
                if said:
                    yield said
        for each in allows(self.file):
            unknown: list[str] = []
            if isinstance(each, Allow):
                unknown = [code for code in each.codes if code not in registry()]
            if isinstance(each, Malformed) or unknown:
                hit = Hit(message=_unreadable(unknown), at=each.at)
                said = self.judge.said(MALFORMED, hit, length=len(each.text))
                if said:
                    yield said


def _unreadable(unknown: Sequence[str]) -> str:
    if not unknown:
        return "this comment for Airlock cannot be read, so it allows nothing"
    close = get_close_matches(unknown[0], registry(), n=1)
    meant = f"; {close[0]} is near" if close else ""
    return f"there is no rule {unknown[0]}{meant}"


@lru_cache(maxsize=32)
def _sense(statement: str) -> str:
    """Return what a statement means in few digits; several rules may speak of one in a row."""
    return normalised(statement)[:_KEY_DIGITS]


@dataclass(frozen=True, slots=True)
class _Judge:
    """Makes findings of hits in one file."""

    file: File
    selection: Selection

    @property
    def text(self) -> str:
        return self.file.text

    def said(self, code: str, hit: Hit, *, length: int | None = None) -> Raised | None:
        """Return what the run itself says, if that is on."""
        if code not in self.selection.levels:
            return None
        return self.raised(registry()[code], replace(hit, length=length or hit.length), None)

    def raised(self, listed: Listed, hit: Hit, act: Act | None) -> Raised:
        """Return the finding for a hit."""
        at = hit.at if hit.at is not None else (act.offset(0) if act else 0)
        around = act.outermost.text if act else self._line(at)
        sense = _sense(around)
        subject = hit.subject or (str(hit.table) if hit.table else "")
        asked = self.selection.levels[listed.code]
        finding = Finding(
            code=listed.code,
            level=asked if hit.level is None else min(asked, hit.level),
            message=hit.message,
            key=":".join(part for part in (listed.code, sense, subject) if part),
            where=self._location(at),
            source=veiled(self.file),
            length=hit.length or self._word(at),
            why=hit.why or listed.page.why,
            fix=conceal(self.file, hit.fix) if hit.fix else None,
        )
        return Raised(
            finding=finding,
            at=at,
            edits=hit.edits,
            mend=hit.mend,
            table=hit.table,
            spared_where_new=listed.rule.spares_new,
            unless=hit.unless,
        )

    def _line(self, at: int) -> str:
        begin = self.text.rfind("\n", max(0, at - _LONG_LINE), at) + 1
        end = self.text.find("\n", at, at + _LONG_LINE)
        return self.text[begin or max(0, at - _LONG_LINE) : end if end >= 0 else at + _LONG_LINE]

    def _location(self, at: int) -> Location:
        starts = self.file.line_starts
        line = bisect_right(starts, at)
        return Location(path=self.file.path, line=line, column=at - starts[line - 1] + 1)

    def _word(self, at: int) -> int:
        word = _WORD.match(self.text, at)
        return len(word[0]) if word else 1
