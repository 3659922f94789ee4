"""What the rules say of files and of schemas, with what the project has set about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from airlock import __version__
from airlock.app.asked import Asked
from airlock.app.kept import Kept
from airlock.app.rules_stamp import rules_stamp
from airlock.checks.act import Act, Context, read
from airlock.checks.inspect import inspect
from airlock.checks.keeping import dumped, loaded
from airlock.checks.placing import Places, Spot
from airlock.checks.registry import registry
from airlock.checks.rule import Flaw, Hit, Schema
from airlock.checks.run import CRASHED, Examined, Raised, Selection, examine, settle
from airlock.checks.selection import selection
from airlock.checks.weighing import Sizes, weighed
from airlock.config import Checks
from airlock.errors import Location
from airlock.model.finding import Finding, Level

if TYPE_CHECKING:
    from airlock.app.workspace import Workspace
    from airlock.model.catalog import Catalog
    from airlock.model.migration import Migration

_OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A file to be judged; `path` is how people name it."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found in files."""

    raised: tuple[Raised, ...] = ()
    elsewhere: tuple[Finding, ...] = ()
    """What is wrong with the schema that no file could be named for."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of it, in the order of the files."""
        return (*(each.finding for each in self.raised), *self.elsewhere)


def stopped(findings: Sequence[Finding]) -> bool:
    """Whether a rule stopped on a mistake of its own, so that not all is known."""
    return any(finding.code == CRASHED for finding in findings)


def chosen(checks: Checks, asked: Asked) -> Selection:
    """Return the rules that run.

    Raises:
        UsageError: a word means no rule.
    """
    levels = {word: Level[level.upper()] for word, level in checks.levels.items() if level != _OFF}
    off = tuple(word for word, level in checks.levels.items() if level == _OFF)
    return selection(
        select=asked.select or checks.select,
        extend=(*checks.extend, *asked.extend),
        ignore=(*checks.ignore, *off, *asked.ignore),
        levels=levels,
    )


def context_of(
    checks: Checks,
    *,
    major: int = 18,
    supabase: bool = True,
    expose_new_tables: bool = False,
    before: Catalog | None = None,
    after: Catalog | None = None,
) -> Context:
    """Return what rules know beside the files."""
    return Context(
        major=major,
        supabase=supabase,
        expose_new_tables=expose_new_tables,
        exposed=frozenset(checks.exposed_schemas),
        lookup_tables=frozenset(checks.lookup_tables),
        options=checks.options,
        before=before,
        after=after,
    )


def judge_texts(
    texts: Sequence[Text], *, rules: Selection, context: Context, kept: Kept
) -> Judgement:
    """Judge files by their texts alone; what is `kept` is not looked at again."""
    key = _key(rules, context)
    keys = [sha256(f"{key}\0{each.text}".encode()).hexdigest() for each in texts]
    known = kept.get(keys)
    files: list[Examined] = []
    fresh: list[tuple[str, str]] = []
    for each, own in zip(texts, keys, strict=True):
        found = _recalled(known.get(own), each)
        if found is None:
            found = examine(each.path, each.text, selection=rules, context=context)
            fresh.append((own, dumped(found)))
        files.append(found)
    if fresh:
        kept.put(fresh)
    return Judgement(raised=tuple(settle(files, selection=rules)))


def _recalled(answer: str | None, each: Text) -> Examined | None:
    if answer is None:
        return None
    try:
        return loaded(answer, path=each.path, text=each.text)
    except (KeyError, TypeError, ValueError):
        return None


def _key(rules: Selection, context: Context) -> str:
    """Return all that an answer about a text hangs on beside the text."""
    on = {code: level.name for code, level in rules.levels.items()}
    sets = {"exposed": sorted(context.exposed), "lookup_tables": sorted(context.lookup_tables)}
    about = replace(context, exposed=frozenset(), lookup_tables=frozenset())
    return json.dumps([__version__, rules_stamp(), on, sets, repr(about)], sort_keys=True)


@dataclass(slots=True, kw_only=True)
class SchemaJudge:
    """Judges pending files by their texts and by the schemas before and after them."""

    rules: Selection
    context: Context
    """With both schemas."""
    texts: Sequence[Text]
    sizes: Sizes = field(default_factory=dict)
    _places: Places | None = None

    def judge(self) -> Judgement:
        """Return what is found; a flaw that was there before is none of these files' doing."""
        examined = [
            examine(each.path, each.text, selection=self.rules, context=self.context)
            for each in self.texts
        ]
        if self.context.after is None:
            return self._judgement(settle(examined, selection=self.rules))
        by_path: dict[str, list[Raised]] = {}
        elsewhere: list[Finding] = []
        for flaw, finding in self._new_flaws():
            found = self._placed(flaw, finding)
            if found is None or found.finding.where is None:
                elsewhere.append(finding)
            else:
                by_path.setdefault(found.finding.where.path, []).append(found)
        files = [_with(file, by_path.get(file.path, [])) for file in examined]
        return self._judgement(
            settle(files, selection=self.rules, schemas=True, before=self.context.before), elsewhere
        )

    def _judgement(self, found: Iterable[Raised], elsewhere: Sequence[Finding] = ()) -> Judgement:
        return Judgement(raised=tuple(weighed(found, self.sizes)), elsewhere=tuple(elsewhere))

    def _new_flaws(self) -> Iterator[tuple[Flaw | None, Finding]]:
        assert self.context.before is not None, "both schemas are at hand"
        assert self.context.after is not None, "both schemas are at hand"
        schemas = (self.context.before, self.context.after)
        before, after = (
            inspect(Schema(catalog=catalog, context=self.context), selection=self.rules)
            for catalog in schemas
        )
        old = {finding.key for _, finding in before}
        return (each for each in after if each[1].key not in old)

    def _placed(self, flaw: Flaw | None, finding: Finding) -> Raised | None:
        """Return the finding at the last act that can have brought it about."""
        if flaw is None:
            return None
        if self._places is None:
            files = (read(each.path, each.text, self.context) for each in self.texts)
            self._places = Places(act for file in files for act in file.acts)
        spot = self._places.of(flaw, registry()[finding.code].rule.blames)
        return _at(spot, finding) if spot else None


def _at(spot: Spot, finding: Finding) -> Raised:
    act, at = spot.act, spot.at
    text = act.file.text
    line = text.count("\n", 0, at) + 1
    where = Location(path=act.file.path, line=line, column=at - text.rfind("\n", 0, at))
    found = replace(finding, where=where, source=text, length=spot.length)
    hit = _of_text(act, finding)
    if hit is None:
        return Raised(finding=found, at=at)
    return Raised(
        finding=replace(found, fix=hit.fix or finding.fix), at=at, edits=hit.edits, mend=hit.mend
    )


def _of_text(act: Act, finding: Finding) -> Hit | None:
    """Return what the rule says of the act's text: the schema tells what is wrong, it how to mend.

    A rule that raises has said so of the file, where rules are asked about texts.
    """
    rule = registry()[finding.code].rule
    if rule.act is None or (rule.on and act.kind not in rule.on):
        return None
    try:
        return next(iter(rule.act(act)), None)
    except Exception:
        return None


def _with(file: Examined, more: Sequence[Raised]) -> Examined:
    raised = sorted((*file.raised, *more), key=lambda each: (each.at, each.finding.code))
    return replace(file, raised=tuple(raised))


def judge_schema(
    workspace: Workspace, catalog: Catalog, *, asked: Asked, supabase: bool
) -> tuple[Finding, ...]:
    """Judge a schema as it stands."""
    checks = workspace.config.checks
    context = context_of(
        checks,
        major=catalog.major or 18,
        supabase=supabase,
        expose_new_tables=workspace.config.expose_new_tables,
    )
    rules = chosen(checks, asked)
    return tuple(
        finding for _, finding in inspect(Schema(catalog=catalog, context=context), selection=rules)
    )


def texts_of(migrations: Sequence[Migration]) -> list[Text]:
    """Return migrations as files to be judged."""
    return [Text(path=each.path, text=each.raw.decode()) for each in migrations]
