"""Proof that files run: a replay on a shadow, or the record of one of exactly these files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airlock.app.workspace import Workspace
from airlock.model.finding import Finding
from airlock.model.migration import Migration
from airlock.report.values.deploy import Proof
from airlock.server.baseline import baseline_id

_FORMAT = 1
_KEPT = 500
_ROLLBACKS_KEPT = 2000
_ROLLBACKS = "rollbacks"
_FINDINGS = "findings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A proof, and what was found on the way."""

    proof: Proof
    findings: tuple[Finding, ...]


def prove(workspace: Workspace, migrations: Sequence[Migration]) -> Proved:
    """Replay the files in order, unless that was done before with the very same ones.

    Raises:
        StatementRefused: one of them fails.
    """
    from airlock.sources.shadow import replay

    findings = _recall(workspace, _name(workspace, migrations))
    if findings is not None:
        return Proved(proof=Proof(on_record=True), findings=findings)
    done = replay(migrations, stock=workspace.stock, listener=workspace.progress)
    record(workspace, done.chain, done.findings)
    return Proved(proof=Proof(seconds=done.seconds, restored=done.restored), findings=done.findings)


def on_record(workspace: Workspace, migrations: Sequence[Migration]) -> bool:
    """Whether exactly these files were replayed before."""
    return _noted(_folder(workspace) / f"{_name(workspace, migrations)}.json") is not None


def record(workspace: Workspace, chain: str, findings: Sequence[Finding]) -> None:
    """Note down that a replay went through."""
    tree = {"findings": [f.as_json() for f in findings]}
    _note(_folder(workspace) / f"{chain}.json", tree, most=_KEPT)


def record_rollback(workspace: Workspace, name: str, tree: Mapping[str, Any]) -> None:
    """Note down what came of a rollback, under a hash of all that it was tried with."""
    # In a folder of their own: preparing many takes no replay's record away.
    _note(_folder(workspace, _ROLLBACKS) / f"{name}.json", tree, most=_ROLLBACKS_KEPT)


def recall_rollback(workspace: Workspace, name: str) -> dict[str, Any] | None:
    """Return what was noted down of a rollback."""
    return _noted(_folder(workspace, _ROLLBACKS) / f"{name}.json")


def record_findings(workspace: Workspace, name: str, findings: Sequence[Finding]) -> None:
    """Note down what the rules found, under a hash of all that the answer hangs on."""
    tree = {"findings": [f.as_json() for f in findings]}
    _note(_folder(workspace, _FINDINGS) / f"{name}.json", tree, most=_KEPT)


def recall_findings(workspace: Workspace, name: str) -> tuple[Finding, ...] | None:
    """Return what was noted down of the rules' findings."""
    return _findings(workspace, _folder(workspace, _FINDINGS) / f"{name}.json")


def chain_of(workspace: Workspace, migrations: Sequence[Migration]) -> str:
    """Return the hash under which a replay of exactly these files is known."""
    return _name(workspace, migrations)


def _note(path: Path, tree: Mapping[str, Any], *, most: int) -> None:
    """Keep a record; a full disk costs the record, not the command."""
    text = json.dumps({"format": _FORMAT, **tree})
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
        _forget_oldest(path.parent, most)
    except OSError:
        return


def _name(workspace: Workspace, migrations: Sequence[Migration]) -> str:
    from airlock.sources.shadow import chain

    expose = workspace.config.expose_new_tables
    baseline = baseline_id(workspace.baseline, expose_new_tables=expose)
    return chain(workspace.engine.id, baseline, migrations)


def _folder(workspace: Workspace, name: str = "proofs") -> Path:
    return workspace.home.path / name


def _forget_oldest(folder: Path, most: int) -> None:
    found = list(folder.iterdir())
    if len(found) > most:
        for path in sorted(found, key=lambda each: each.stat().st_mtime)[: len(found) - most]:
            path.unlink(missing_ok=True)


def _noted(path: Path) -> dict[str, Any] | None:
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        return tree if tree["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _recall(workspace: Workspace, chain: str) -> tuple[Finding, ...] | None:
    return _findings(workspace, _folder(workspace) / f"{chain}.json")


def _findings(workspace: Workspace, path: Path) -> tuple[Finding, ...] | None:
    tree = _noted(path)
    if tree is None:
        return None
    texts = {m.path: m.raw for m in workspace.project.migrations}
    try:
        return tuple(Finding.from_json(found, texts) for found in tree["findings"])
    except (ValueError, KeyError, TypeError):
        return None
