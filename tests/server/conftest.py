"""What the tests of the server's databases start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airlock.server.baseline import Baseline
from airlock.server.cluster import Cluster
from airlock.server.databases import Databases


@pytest.fixture
def template(databases: Databases) -> str:
    """The template of a database with nothing in it."""
    return databases.baseline(Baseline.PLAIN, expose_new_tables=False)


@pytest.fixture
def own(cluster: Cluster) -> Iterator[Databases]:
    """Databases of the shared server, through a connection of their own."""
    with Databases(cluster) as databases:
        yield databases
