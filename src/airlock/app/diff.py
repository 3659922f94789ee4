"""`airlock diff A B`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from airlock.app.clones import NoCopy, SourceFailed
from airlock.app.naming import SATELLITES, shown, spelled
from airlock.app.renaming import Ask, after_renames
from airlock.app.site import Site
from airlock.app.snapshot import side
from airlock.app.sources import Pair, open_pair
from airlock.app.workspace import Workspace
from airlock.diff.compare import Added, Change, Changed, Removed, addresses, compare
from airlock.diff.renames import Rename
from airlock.kinds._spec import Style
from airlock.model.catalog import Catalog
from airlock.model.finding import Finding
from airlock.model.fingerprint import Fingerprint
from airlock.model.names import spell
from airlock.model.node import Id, Node
from airlock.model.plan import Plan
from airlock.model.step import Lock, Loss
from airlock.plan.planner import plan
from airlock.plan.script import script, summary
from airlock.report.values.diff import DiffReport, ObjectChange, PlannedStep, PlanProof, Sort


def diff(
    site: Site,
    old: str,
    new: str,
    *,
    style: str | None,
    proof: bool,
    renames: Sequence[str] = (),
    ask: Ask = lambda _: False,
) -> DiffReport:
    """Compare two sources, plan the way from one to the other, and try it on a copy.

    `renames` are texts `public.users=public.people`; `ask` decides about others.

    Raises:
        UsageError, ProjectError, ConnectionFailed: a source cannot be opened.
        SourceFailed: a file of one does not run.
        Cycle: there is no order in which the statements could run.
    """
    with Workspace.open_for(site, (old, new)) as workspace, open_pair(workspace, old, new) as pair:
        chosen = _style(pair, style)
        found = Fingerprint(catalog=pair.old.catalog)
        renamed = after_renames(pair, renames, ask)
        pair = renamed.pair  # noqa: PLW2901 - the same comparison, further on
        changes = tuple(compare(pair.old.catalog, pair.new.catalog))
        workspace.progress.note("planning")
        made = plan(pair.old.catalog, pair.new.catalog, style=chosen, changes=changes)
        made = Plan(steps=(*renamed.steps, *made.steps))
        about = f"from {pair.old.label} to {pair.new.label}"
        proved = _proved(workspace, pair, chosen) if proof else _Proved()
        before = Fingerprint(catalog=pair.old.catalog) if renamed.renames else found
        after = before.like(pair.new.catalog, {addresses(change) for change in changes})
        return DiffReport(
            old=side(pair.old.label, found.catalog, found, major=pair.majors[0]),
            new=side(pair.new.label, pair.new.catalog, after, major=pair.majors[1]),
            style=chosen.value,
            summary=summary(made),
            changes=(
                *(_renamed(each) for each in renamed.renames),
                *_objects(changes, pair.old.catalog, pair.new.catalog),
            ),
            steps=tuple(_steps(made)),
            sql=script(made, about=about),
            proof=proved.proof,
            findings=(
                *workspace.config.findings,
                *pair.findings,
                *renamed.findings,
                *proved.findings,
            ),
        )


def _style(pair: Pair, asked: str | None) -> Style:
    """Return the style asked for, else the one that fits the database to be changed."""
    if asked is not None:
        return Style(asked)
    return Style.ONLINE if pair.old.protected or pair.old.has_rows else Style.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proved:
    """What a report shows of a proof."""

    proof: PlanProof | None = None
    findings: tuple[Finding, ...] = ()


def _proved(workspace: Workspace, pair: Pair, style: Style) -> _Proved:
    """Prove the way, even where there is none to go: pg_dump may see what Airlock does not."""
    from airlock.app.proving import prove_pair, said, shown, unproved

    hides = [each for each in (pair.old, pair.new) if each.hidden]
    try:
        proof = prove_pair(workspace, pair, style)
    except (SourceFailed, NoCopy):
        if not hides:
            raise
        # A mark is no number and no date: such a schema cannot be made again.
        return _Proved(findings=(unproved(hides[0]),))
    return _Proved(proof=shown(proof, hides), findings=tuple(said(proof, pair.old)))


# What the report says --------------------------------------------------------------------------


def _objects(changes: Iterable[Change], old: Catalog, new: Catalog) -> Iterator[ObjectChange]:
    """Yield what differs by kind and name; parts know the whole they come or go with."""
    listed = list(changes)
    added = {each.node.id for each in listed if isinstance(each, Added)}
    removed = {each.node.id for each in listed if isinstance(each, Removed)}
    for change in listed:
        match change:
            case Added(node=node):
                yield _object(Sort.ADDED, node, within=_whole(node, new, added))
            case Removed(node=node):
                yield _object(Sort.REMOVED, node, within=_whole(node, old, removed))
            case Changed(new=node, attributes=names):
                yield _object(Sort.CHANGED, node, attributes=tuple(sorted(names)))


def _renamed(rename: Rename) -> ObjectChange:
    kind, name = spelled(rename.new)
    was = f"name (was {spell(rename.old.path[-1])})"
    return ObjectChange(sort=Sort.CHANGED, kind=kind, name=name, attributes=(was,))


def _object(
    sort: Sort, node: Node, *, within: Id | None = None, attributes: tuple[str, ...] = ()
) -> ObjectChange:
    kind, name = spelled(node.id)
    return ObjectChange(
        sort=sort,
        kind=kind,
        name=name,
        within=shown(within) if within is not None else None,
        attributes=attributes,
    )


def _whole(node: Node, catalog: Catalog, with_it: set[Id]) -> Id | None:
    """Return the outermost parent, schemas aside, that comes or goes too."""
    found: Id | None = None
    above: Node | None = node
    while above is not None and above.parent is not None:
        if above.parent in with_it and above.parent.kind != "schema":
            found = above.parent
        above = catalog.nodes.get(above.parent)
    if found is None and node.id.kind in SATELLITES and node.parent in with_it:
        return node.parent
    return found


def _steps(made: Plan) -> Iterator[PlannedStep]:
    for number, group in enumerate(made.groups, start=1):
        for step in group.steps:
            yield PlannedStep(
                sql=step.text,
                verb=step.verb.value,
                target=shown(step.target),
                group=number,
                transactional=group.transactional,
                lock=step.lock.sql if step.lock is not Lock.NONE else None,
                on=tuple(shown(id) for id in step.on),
                rewrites=step.rewrites,
                scans=step.scans,
                loses_data=step.loss is Loss.DATA,
                hazard=step.hazard,
            )
