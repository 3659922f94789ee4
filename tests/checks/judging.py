"""Judge SQL as `airlock check FILE` does, and schemas as `airlock audit` does."""

from __future__ import annotations

from collections.abc import Sequence

from airlock.checks.act import Context
from airlock.checks.inspect import inspect
from airlock.checks.rule import Schema
from airlock.checks.run import Raised, Selection, examine, settle
from airlock.checks.selection import selection
from airlock.model.finding import Finding
from airlock.server.address import Address
from airlock.server.connect import connect
from airlock.server.statements import Runner
from airlock.sources.live import read_catalog
from airlock.sources.scope import in_scope
from airlock.sources.sqltext import cut


def judge(*texts: str, select: Sequence[str] = (), context: Context | None = None) -> list[Raised]:
    """Return what is found in files of these texts, which are pending together in this order."""
    return judged(texts, selection(select=select), context or Context())


def judged(texts: Sequence[str], chosen: Selection, context: Context) -> list[Raised]:
    """Return what a selection of rules finds."""
    files = [
        examine(f"{number}.sql", text, selection=chosen, context=context)
        for number, text in enumerate(texts)
    ]
    return settle(files, selection=chosen, before=context.before)


def codes(found: Sequence[Raised]) -> set[str]:
    """Return the codes of what was found."""
    return {each.finding.code for each in found}


def inspected(address: Address, texts: Sequence[str], *, extend: Sequence[str]) -> list[Finding]:
    """Run texts on a database and return what is wrong with the schema that they leave."""
    with connect(address) as session:
        runner = Runner(session)
        runner.run(cut("schema.sql", "create schema if not exists internal"))
        for number, text in enumerate(texts):
            runner.run(cut(f"{number}.sql", text))
        schema = Schema(
            catalog=in_scope(read_catalog(session)), context=Context(major=session.server_major)
        )
    return [found for _, found in inspect(schema, selection=selection(extend=extend))]
