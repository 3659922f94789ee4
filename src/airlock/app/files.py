"""`airlock check FILES`: what the rules say of files by their texts alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from airlock.app.asked import Asked
from airlock.app.baseline import NOTHING, load
from airlock.app.judging import Text, chosen, context_of, judge_texts
from airlock.app.kept import Kept
from airlock.app.site import Site
from airlock.app.workspace import Workspace, home_path
from airlock.config import Checks, Config
from airlock.errors import Location, ProjectError, UsageError
from airlock.model.finding import Finding, Level
from airlock.report.values.check import FilesReport
from airlock.sources import files
from airlock.sources.layouts import SUPABASE_FOLDER


def check_files(site: Site, paths: Sequence[Path], asked: Asked) -> FilesReport:
    """Judge files, and those of folders, in the order in which they are given.

    No database is asked, and no project has to be around; where there is one, what it sets counts.

    Raises:
        UsageError: a path leads nowhere, or a word means no rule.
        BadBaseline: the baseline cannot be read.
    """
    config = _config(site)
    checks = config.checks if config else Checks()
    rules = chosen(checks, asked)
    texts, findings = [], []
    for path, shown in _expanded(site.start, paths):
        try:
            texts.append(Text(path=shown, text=files.read(path, shown).decode()))
        except ProjectError as error:
            findings.append(_unusable(shown, error))
    context = context_of(
        checks,
        major=(config.postgres if config else None) or 18,
        supabase=config is None or _is_supabase(config),
        expose_new_tables=config is not None and config.expose_new_tables,
    )
    kept = Kept(home_path(site.variables))
    found = judge_texts(texts, rules=rules, context=context, kept=kept).findings
    baseline = load(config.root, checks.baseline) if config and asked.baseline else NOTHING
    new = baseline.new(found)
    return FilesReport(
        files=len(texts),
        findings=(*findings, *new),
        known=len(found) - len(new),
        unusable=len(findings),
    )


def _config(site: Site) -> Config | None:
    try:
        return Workspace.open(site).config
    except ProjectError:
        return None


def _is_supabase(config: Config) -> bool:
    return config.layout == "supabase" or (config.root / SUPABASE_FOLDER).is_dir()


def _expanded(start: Path, paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file with how it is called; of a folder, the SQL files below it by path."""
    for path in paths:
        place = start / path
        if place.is_dir():
            for each in sorted(place.rglob("*.sql")):
                yield each, (path / each.relative_to(place)).as_posix()
        elif place.exists():
            yield place, path.as_posix()
        else:
            raise UsageError(f"there is no {path}", hint="Name SQL files, or folders of them.")


def _unusable(shown: str, error: ProjectError) -> Finding:
    return Finding(
        code="file-unusable",
        level=Level.ERROR,
        message=error.message,
        key=f"file-unusable:{shown}",
        where=Location(path=shown),
        fix=error.hint,
    )
