"""The proof of a plan, for the commands that show one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from airlock.app.sources import Pair
from airlock.app.workspace import Workspace
from airlock.deploy.prove import prove
from airlock.kinds._spec import Style
from airlock.model.finding import Finding, Level
from airlock.model.names import few, spell
from airlock.model.proof import Proof
from airlock.plan.planner import plan
from airlock.report.values.diff import PlanProof
from airlock.server.connect import PROJECT_ROLE
from airlock.server.dump import dumper
from airlock.sources.majors import as_on
from airlock.sources.scope import run_by
from airlock.sources.source import Source


def prove_pair(workspace: Workspace, pair: Pair, style: Style) -> Proof:
    """Try the way from one source to the other on copies.

    Raises:
        AirlockError: a side cannot be made again, or not be dumped.
    """
    here = workspace.engine.major
    old, new = _on_shadow(pair, pair.old, here), _on_shadow(pair, pair.new, here)
    assert workspace.stock, "started before both sides need it at once"
    return prove(
        plan(old.catalog, new.catalog, style=style),
        old,
        new,
        build=dumper(here, home=workspace.home),
        style=style,
        note=workspace.progress.note,
    )


def _on_shadow(pair: Pair, source: Source, major: int) -> Source:
    """Return a source as it is on the server where plans are tried: run by who runs all there.

    Where two majors were compared, the plan is tried as that server's own major has it.
    """
    catalog = run_by(source.catalog, PROJECT_ROLE)
    low, high = min(pair.majors), max(pair.majors)
    if 0 < low < high and catalog.major != major:
        catalog = as_on(major, catalog, low=min(low, major), high=high)
    return replace(source, catalog=catalog)


def shown(proof: Proof, hides: Sequence[Source] = ()) -> PlanProof:
    """Return what a report says of a proof; `hides` are sources of which values are hidden."""
    return PlanProof(
        converged=proof.converged,
        failure=None if proof.needs_empty_tables else proof.failure,
        residue=proof.residue,
        surprises=proof.surprises,
        covered=tuple(_covered(proof)),
        not_covered=(
            *(
                f"values that {each.label} hides: its copy has marks in their place"
                for each in hides
            ),
            *_without_rows(proof),
            *proof.not_covered,
        ),
        seconds=proof.seconds,
    )


def said(proof: Proof, old: Source) -> Iterator[Finding]:
    """Say what a proof has found that does not make the plan wrong."""
    if proof.needs_empty_tables and proof.failure is not None:
        failure = proof.failure
        yield Finding(
            code="needs-empty-tables",
            level=Level.ERROR if old.has_rows or old.protected else Level.WARNING,
            message=f"the plan runs on empty tables alone: {failure.message}",
            key=f"needs-empty-tables:{failure.sqlstate}",
            where=failure.where,
            source=failure.text,
            length=failure.length,
            why="It was tried on a copy with made-up rows, too, and this statement was refused.",
            fix="Write this change by hand: fill in or mend the rows first, in the same migration.",
        )


def unproved(source: Source) -> Finding:
    """Say that no copy can be made of a source, since values are missing that it would need."""
    return Finding(
        code="unproved-hidden",
        level=Level.WARNING,
        message=f"the plan is not proved: {source.label} hides values without which no copy of it "
        "can be made",
        key=f"unproved-hidden:{source.label}",
        why="A number, a date or the bound of a partition cannot be made up.",
        fix="Put what is hidden into a migration: airlock pull writes it with marks, and an "
        "administrator of the database fills them in.",
    )


def _covered(proof: Proof) -> Iterator[str]:
    yield "pg_dump -s says the same"
    yield "a second comparison is empty"
    if proof.filled and not proof.needs_empty_tables:
        number = len(proof.filled)
        yield f"run on rows in {number:,} {'table' if number == 1 else 'tables'}"


def _without_rows(proof: Proof) -> Iterator[str]:
    if proof.empty:
        names = few([spell(*id.path) for id, _ in proof.empty])
        yield f"no rows could be made up for {names}"
