"""What one kind of object says about itself; the registry collects every `SPEC`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from airlock.model.catalog import EMPTY, Catalog
from airlock.model.node import Id, Node, OnChange, attributes
from airlock.model.step import Lock, Step, Verb

N = TypeVar("N", bound=Node)

Row = Any
"""A row of a kind's query: a named tuple, its fields those of the select list."""
Resolve = Callable[[str, int, int], Id | None]
"""From catalog (`pg_class`), OID and sub-object number to an address; None where unknown."""


class Style(Enum):
    """How a plan weighs locks against the number of its statements."""

    PLAIN = "plain"
    """The shortest way: for a database without rows, or one that nobody uses."""
    ONLINE = "online"
    """Long work without locks that keep others waiting: for a database in use."""


class Impact(Enum):
    """What a change of an object means for itself and for what depends on it."""

    IN_PLACE = auto()
    RETYPE = auto()
    """Altered in place; dependents whose kind pins types are dropped before, created after."""
    REPLACE = auto()
    """Dropped and created, and all dependents with it."""
    RECAST = auto()
    """A type that columns use: renamed aside, created anew, columns cast over, old one dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What surrounds a change. `created` are the objects that the plan itself brings in."""

    old: Catalog = EMPTY
    new: Catalog = EMPTY
    style: Style = Style.PLAIN
    created: frozenset[Id] = frozenset()

    @property
    def major(self) -> int:
        """Major version of the server that runs the plan."""
        return self.old.major or self.new.major

    @property
    def role(self) -> str:
        """Who runs the plan, and owns what it creates."""
        return self.old.role or self.new.role

    def online(self, relation: Id | None) -> bool:
        """Whether others may be at work on a relation, so that locks matter."""
        return self.style is Style.ONLINE and relation is not None and relation not in self.created


def by_attributes(old: Node, new: Node, changed: frozenset[str]) -> Impact:
    """Weigh a change by what its attributes declare."""
    del old
    declared = attributes(type(new))
    ways = {declared[name] for name in changed}
    if OnChange.REPLACE in ways:
        return Impact.REPLACE
    return Impact.RETYPE if OnChange.RETYPE in ways else Impact.IN_PLACE


def no_claims(id: Id) -> tuple[tuple[str, ...], ...]:
    """Claim no name that another kind could hold."""
    del id
    return ()


def holds_nothing(node: Node) -> tuple[tuple[str, ...], ...]:
    """Hold no name but that of the address."""
    del node
    return ()


def takes_nothing(node: Node, new: Catalog, gone: Collection[Id]) -> tuple[Id, ...]:
    """Go alone."""
    del node, new, gone
    return ()


def says_the_same(node: N, low: int, major: int) -> N | None:
    """Mean the same on every major version."""
    del low, major
    return node


def relation_claims(id: Id) -> tuple[tuple[str, ...], ...]:
    """Claim a name among relations: tables, views, sequences, indexes of one schema."""
    return (("relation", *id.path[:2]),)


def row_type_claims(id: Id) -> tuple[tuple[str, ...], ...]:
    """Claim a name among relations and one among types, as a table does."""
    return (("relation", *id.path[:2]), ("type", *id.path[:2]))


def type_claims(id: Id) -> tuple[tuple[str, ...], ...]:
    """Claim a name among types."""
    return (("type", *id.path[:2]),)


def no_alter(old: Node, new: Node, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Alter nothing: every attribute of the kind forces a replacement."""
    del old, new, context
    raise AssertionError(f"cannot alter {sorted(changed)} in place")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec(Generic[N]):
    """A kind: how it is read, and the SQL of each verb.

    The query's first column is `oid`, by which `catalog` knows the object; a column `subid`
    holds the sub-object's number where there is one. Queries run with `search_path = pg_catalog`
    in one snapshot, read no table of the user's, and leave out system schemas and members of
    extensions. `load` may return None for a row that is no node.
    """

    name: str
    node: type[N]
    catalog: str
    query: Callable[[int], str]
    """From the server's major version to the text."""
    load: Callable[[Row, Resolve], N | None]
    create: Callable[[N, Context], Iterable[Step]]
    drop: Callable[[N, Context], Iterable[Step]]
    alter: Callable[[Any, Any, frozenset[str], Context], Iterable[Step]] = no_alter
    locks: Mapping[Verb, Lock]
    """The strongest lock that each verb takes on a relation that was there before."""
    order: int
    """Where it stands among its equals in a plan, and when it is loaded; parents come first."""
    address: Callable[[Id], str] | None = None
    """What follows COMMENT ON, ALTER and SECURITY LABEL ON: `table "public"."users"`; None where
    the kind can carry no comment."""
    impact: Callable[[Any, Any, frozenset[str]], Impact] = by_attributes
    claims: Callable[[Id], tuple[tuple[str, ...], ...]] = no_claims
    """Names that it holds and that no other object may hold at the same time."""
    holds: Callable[[Any], tuple[tuple[str, ...], ...]] = holds_nothing
    """Such names beside those of its address: an identity column holds that of its sequence."""
    pins_types: bool | Callable[[Any], bool] = False
    """Whether the type of a column that it uses cannot change while it is there."""
    is_type: bool = False
    """Whether columns and other types can be of it."""
    recast: Callable[[N, Context], Iterable[Step]] | None = None
    """Steps that cast its values over to a type that was made anew under the old name."""
    aside: Callable[[N, str], Iterable[Step]] | None = None
    """Steps that give a type that is made anew another name, and with it whatever bears its name;
    None where an ALTER … RENAME is all."""
    rename: Callable[[Id, Id], str] | None = None
    """The statement that gives an object another name and keeps its rows; None where a drop and a
    creation lose nothing."""
    swap: Callable[[Any, Any, Context], Iterable[Step]] | None = None
    """Steps that put the new one in the place of the old while others work; None where a drop
    and a creation are as good."""
    takes: Callable[[N, Catalog, Collection[Id]], tuple[Id, ...]] = takes_nothing
    """What has to be made anew with it, beside what depends on it."""
    shapes_creation: bool = False
    """Whether it changes what later CREATE statements make, as default privileges do."""
    is_said: bool = False
    """Whether it is something said of objects, such as an owner, privileges or a role: what needs
    it comes after it, and stays when it goes."""
    verbatim: bool = False
    """Whether Postgres keeps its text letter for letter, as a function's body, and so must we."""
    takes_children: bool = True
    """Whether a drop takes along what has it for a parent: a schema's does not."""
    since: int = 14
    """First major version that has it."""
    unread: Callable[[N], str | None] | None = None
    """What of an object stays on the server and is not compared, such as `values of options …`."""
    levelled: Callable[[N, int, int], N | None] = says_the_same
    """What a server of the second major would make of it, told only what the first one knows, as
    the dump of one that old does; None where nothing is left. Attributes that are declared `late`
    are taken care of."""
    about: str = ""
    """What is modelled, for the documentation; the module's docstring where empty."""
    settle: Callable[[Id, Context], Iterable[Step]] | None = field(default=None)
    """Steps after the creation of any object, such as grants that differ from the default."""
