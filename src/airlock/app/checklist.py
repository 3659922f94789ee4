"""The review checklist of `airlock check`: what a reviewer asks, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from airlock.model.finding import Finding, Level
from airlock.model.names import few
from airlock.report.values.check import Box

_ROW_SECURITY = ("AL6",)
_INDEXES = ("AL41", "AL42", "AL43", "AL44")
_KEYS = ("AL40",)
_REPEATABILITY = ("AL80", "AL81", "AL82", "AL83", "AL84")
_EXPOSURE = ("AL9",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a check has seen of pending files."""

    files: int
    commented: int
    """Files that hold a comment."""
    findings: Sequence[Finding]
    repeated: int
    """Files that were run twice."""
    server: str
    failed: bool
    """Whether a file of the history fails."""


def checklist(seen: Evidence) -> tuple[Box, ...]:
    """Return the boxes; without files there are none."""
    return tuple(_boxes(seen)) if seen.files else ()


def _boxes(seen: Evidence) -> Iterator[Box]:
    yield _repeatable(seen)
    yield _ruled("All tables have proper RLS policies", _ROW_SECURITY, seen)
    yield _ruled("Indexes are added for performance", _INDEXES, seen)
    yield _keys(seen)
    commented = f"{_of(seen.commented, seen)} hold comments; whether they explain is yours to say"
    yield Box(text="Comments explain complex logic", ticked=None, evidence=commented)
    yield _ruled("No production data included", _EXPOSURE, seen)
    yield Box(
        text="Types generated and committed",
        ticked=None,
        evidence="not looked at: this version makes no types",
    )
    yield Box(
        text="Local testing completed successfully",
        ticked=not seen.failed,
        evidence="a file fails" if seen.failed else f"all files replayed on {seen.server}",
    )


def _repeatable(seen: Evidence) -> Box:
    text = "Migration is idempotent (can run multiple times)"
    box = _ruled(text, _REPEATABILITY, seen)
    if box.ticked is False:
        return box
    if not seen.repeated:
        return Box(text=text, ticked=None, evidence="no file was run twice")
    return Box(text=text, ticked=True, evidence=f"{_of(seen.repeated, seen)} ran twice")


def _keys(seen: Evidence) -> Box:
    text = "Foreign key constraints are correct"
    box = _ruled(text, _KEYS, seen)
    if seen.failed:
        return Box(text=text, ticked=None, evidence="a file fails")
    return Box(text=text, ticked=True, evidence=f"made on {seen.server}") if box.ticked else box


def _ruled(text: str, codes: tuple[str, ...], seen: Evidence) -> Box:
    """Return a box that rules of these codes tick by finding nothing that matters."""
    found = [
        finding
        for finding in seen.findings
        if finding.code.startswith(codes) and finding.level > Level.NOTE
    ]
    if not found:
        return Box(text=text, ticked=True, evidence=f"nothing found in {_of(seen.files, seen)}")
    told = few(sorted({finding.code for finding in found}))
    number = f"{len(found):,} finding{'' if len(found) == 1 else 's'}"
    return Box(text=text, ticked=False, evidence=f"{number}: {told}")


def _of(number: int, seen: Evidence) -> str:
    plural = "" if seen.files == 1 else "s"
    return (
        f"{number:,} of {seen.files:,} file{plural}"
        if number != seen.files
        else (f"{number:,} file{plural}")
    )
