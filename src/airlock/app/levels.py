"""Two sources of different major versions on one level: their catalogs, and their copies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from airlock.app.clones import from_catalog
from airlock.app.workspace import Workspace
from airlock.sources.majors import Lost, as_on, levelled
from airlock.sources.source import Cloned, Source

if TYPE_CHECKING:
    from airlock.server.baseline import Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Two sources that can be compared, and what of them could not be."""

    old: Source
    new: Source
    lost: tuple[Lost, ...]


def on_one_level(
    workspace: Workspace, old: Source, new: Source, baselines: tuple[Baseline, Baseline]
) -> Level:
    """Bring two sources to what both of their major versions can say.

    The copy of the newer one is then built from its catalog, since its dump says more.
    """
    found = levelled(old.catalog, new.catalog)
    before, after = old.catalog.major, new.catalog.major
    if before > after > 0:
        old = _built(workspace, old, baselines[0], low=after)
    elif after > before > 0:
        new = _built(workspace, new, baselines[1], low=before)
    return Level(
        old=replace(old, catalog=found.old), new=replace(new, catalog=found.new), lost=found.lost
    )


def _built(workspace: Workspace, source: Source, baseline: Baseline, *, low: int) -> Source:
    """Return a source whose copy says nothing that an older server does not know."""
    known = as_on(low, source.catalog, low=low, high=source.catalog.major)
    clone = from_catalog(workspace, source.label, known, baseline)
    return replace(source, cloned=Cloned.CATALOG, clone=clone)
