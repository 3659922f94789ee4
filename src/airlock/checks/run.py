"""Run the rules over files, in two stages.

`examine` looks at one file by itself, so that what it finds depends on that file alone and can be
kept. `settle` looks at all of them in order: what one file makes is new to those after it, and what
a later one mends is no fault of an earlier one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
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
from airlock.sources.sqltext import normalised, normalised_statement

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


Asked = tuple[Callable[[Any], Iterable[Hit]], Listed]
"""What a rule is asked, and the rule."""


class Plan:
    """Who is asked about a file and its acts: those that can have anything to say of its words."""

    def __init__(self, rules: Sequence[Listed]) -> None:
        self._rules = rules
        self._telling = frozenset(word for each in rules for word in each.rule.words)
        self._of_files: dict[frozenset[str] | None, tuple[Asked, ...]] = {}
        self._of_acts: dict[tuple[str, bool, frozenset[str] | None], tuple[Asked, ...]] = {}

    def about_file(self, text: str) -> tuple[Asked, ...]:
        """Return who is asked about a file of this text."""
        held = self._held(text)
        if (found := self._of_files.get(held)) is None:
            found = self._of_files[held] = tuple(
                (each.rule.file, each)
                for each in self._rules
                if each.rule.file and _may_speak(each.rule, held)
            )
        return found

    def about(self, act: Act) -> tuple[Asked, ...]:
        """Return who is asked about an act."""
        key = (act.kind, act.runs, self._held(act.text))
        if (found := self._of_acts.get(key)) is None:
            found = self._of_acts[key] = tuple(self._about(*key))
        return found

    def _about(self, kind: str, runs: bool, held: frozenset[str] | None) -> Iterator[Asked]:
        for each in self._rules:
            rule = each.rule
            if rule.act and (runs or rule.bodies) and _may_speak(rule, held):
                yield from ((rule.act, each) for on in rule.on or (kind,) if on == kind)

    def _held(self, text: str) -> frozenset[str] | None:
        """Return the words of a text that tell something; None where any may be spelled in it."""
        folded = text.lower()
        if "u&" in folded or "\\" in text:
            return None
        return self._telling.intersection(folded.translate(_APART).split())


def _may_speak(rule: Rule, held: frozenset[str] | None) -> bool:
    return held is None or not rule.words or not rule.words.isdisjoint(held)


_APART = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
"""What parts words; a name in quotes that holds any of it is taken for several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rules run, and at which level; without an entry a rule is off."""

    levels: Mapping[str, Level]
    plans: dict[tuple[int, bool], Plan] = field(default_factory=dict, compare=False, repr=False)
    """Who is asked about texts, by the major version and by whether the schema is judged, too."""

    def rules(self) -> Iterator[Listed]:
        """Yield the rules that are on."""
        return (listed for code, listed in registry().items() if code in self.levels)

    def plan(self, context: Context) -> Plan:
        """Return who is asked about texts."""
        key = (context.major, context.after is not None)
        if key not in self.plans:
            asked = [
                listed
                for listed in self.rules()
                if listed.rule.since <= context.major
                and not (listed.rule.schema and context.after is not None)
            ]
            self.plans[key] = Plan(asked)
        return self.plans[key]


def examine(path: str, text: str, *, selection: Selection, context: Context) -> Examined:
    """Look at one file."""
    file = read(path, text, context)
    run = _Run(file=file, selection=selection)
    found = tuple(sorted(run.raised(), key=lambda each: (each.at, each.finding.code)))
    examined = Examined(
        path=path,
        text=text,
        raised=found,
        facts=facts(file),
        allows=tuple(each for each in allows(file) if isinstance(each, Allow)),
    )
    file.forget()
    return examined


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
        file, plan = self.file, self.selection.plan(self.file.context)
        yield from self._ask(plan.about_file(file.text), file, None)
        for act in file.acts:
            if asked := plan.about(act):
                yield from self._ask(asked, act, act)

    def _ask(
        self, asked: Sequence[Asked], subject: Act | File, act: Act | None
    ) -> Iterator[Raised]:
        """Yield what rules say; one that raises is named, and the run goes on."""
        for question, listed in asked:
            try:
                hits = [*question(subject)]
            except Exception as error:
                hits, crash = [], self._crash(listed, error, act)
                if crash:
                    yield crash
            for hit in hits:
                new = act is not None and hit.table is not None and act.is_new(hit.table)
                if not (listed.rule.spares_new and new):
                    yield self.judge.raised(listed, hit, act)

    def _crash(self, listed: Listed, error: Exception, act: Act | None) -> Raised | None:
        hit = Hit(
            message=f"the rule {listed.code} stopped: {type(error).__name__}",
            at=act.offset(0) if act else 0,
            subject=listed.code,
        )
        return self.judge.said(CRASHED, hit)

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


@dataclass(frozen=True, slots=True)
class _Judge:
    """Makes findings of hits in one file."""

    file: File
    selection: Selection

    senses: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.file.text

    def _sense(self, at: int, act: Act | None) -> str:
        """Return what an act's statement means in few digits; without an act, what a line does."""
        around = act.outermost.text if act else self._line(at)
        if (found := self.senses.get(around)) is None:
            whole = act is not None and act.outermost.statement is not None
            found = normalised_statement(around) if whole else normalised(around)
            self.senses[around] = found = found[:_KEY_DIGITS]
        return found

    def said(self, code: str, hit: Hit, *, length: int | None = None) -> Raised | None:
        """Return what the run itself says, if that is on."""
        if code not in self.selection.levels:
            return None
        return self.raised(registry()[code], replace(hit, length=length or hit.length), None)

    def raised(self, listed: Listed, hit: Hit, act: Act | None) -> Raised:
        """Return the finding for a hit."""
        at = hit.at if hit.at is not None else (act.offset(0) if act else 0)
        sense = self._sense(at, act)
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
