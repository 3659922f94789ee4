"""Comments on anything that has an address, columns and roles included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds import kind
from airlock.kinds._column import NAMED_NOT_NULL
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._target import FIELDS, JOINS, about, goes_along, locate, locked
from airlock.model.names import literal
from airlock.model.node import Id, Node, OnChange, attr, satellite
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Node):
    """A comment."""

    text: str = attr(OnChange.ALTER)
    given: bool = attr(OnChange.IGNORE)
    """Whether CREATE makes it by itself, as CREATE EXTENSION does."""


def query(major: int) -> str:
    """Return the query of comments; those on Postgres's own objects stay where they are."""
    del major
    return f"""
        select
          {FIELDS},
          d.description as text,
          x.name is not null as given
        from (
          select objoid, classoid, objsubid, description
          from pg_description
          where objoid >= 16384
            or classoid = 'pg_extension'::regclass
            or (classoid = 'pg_namespace'::regclass and objoid = to_regnamespace('public'))
          union all
          select objoid, classoid, 0, description
          from pg_shdescription
          where classoid = 'pg_authid'::regclass
        ) d
        {JOINS}
        left join pg_extension e
          on d.classoid = 'pg_extension'::regclass and e.oid = d.objoid
        left join pg_available_extensions() x
          on x.name = e.extname and x.comment = d.description
    """


def load(row: Row, resolve: Resolve) -> Comment | None:
    """Read a comment on what is a node, or part of one."""
    target = locate(row, resolve)
    if target is None or kind(target.id.kind).address is None:
        return None
    return Comment(
        id=satellite("comment", target.id),
        parent=target.parent,
        text=row.text,
        given=row.given,
    )


def level(comment: Comment, low: int, major: int) -> Comment | None:
    """Leave out what is said of a NOT NULL constraint where an old server keeps none."""
    del major
    of_column = comment.parent is not None and comment.parent.kind == "column"
    is_forgotten = of_column and comment.id.path[0] == "constraint" and low < NAMED_NOT_NULL
    return None if is_forgotten else comment


def create(comment: Comment, context: Context) -> Iterator[Step]:
    """Make it, unless the object is new and came with it."""
    if not (comment.given and comment.parent in context.created):
        yield _step(comment, literal(comment.text).strip(), Verb.CREATE, context)


def drop(comment: Comment, context: Context) -> Iterator[Step]:
    """Take it away."""
    if not goes_along(comment, context):
        yield _step(comment, "null", Verb.DROP, context)


def alter(old: Comment, new: Comment, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Say something else."""
    del old, changed
    yield _step(new, literal(new.text).strip(), Verb.ALTER, context)


def _step(comment: Comment, text: str, verb: Verb, context: Context) -> Step:
    target = about(comment.id)
    on = locked(target, comment, context)
    return Step(
        sql=f"comment on {_address(target)} is {text}",
        verb=verb,
        target=comment.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE if on else Lock.NONE,
        on=on,
    )


def _address(target: Id) -> str:
    address = kind(target.kind).address
    assert address is not None
    return address(target)


SPEC = KindSpec(
    name="comment",
    verbatim=True,
    node=Comment,
    catalog="pg_description",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.SHARE_UPDATE_EXCLUSIVE),
    order=94,
    is_said=True,
    levelled=level,
)
