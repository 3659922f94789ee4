"""Addresses: which of them lead to one database, and to one that is protected."""

from __future__ import annotations

from pathlib import Path

import pytest

from airlock.config import Config, Use, load
from airlock.errors import ConfigError
from airlock.server.address import Address, parse_address

DIRECT = "postgresql://postgres:x@db.abcdef.supabase.co:5432/postgres"
POOLER = "postgresql://postgres.abcdef:x@aws-0-eu.pooler.supabase.com:6543/postgres"


def address(url: str) -> Address:
    return parse_address(url, label="l", origin="test")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://a@h:5432/db", "postgres://b:pw@H/db"),
        ("postgresql://h/db", "postgresql://other/?host=h&dbname=db"),
        ("postgresql://h/db", "postgresql://a,h/db"),
        ("postgresql://h:5433/db", "postgresql:///db?host=a,h&port=1,5433"),
        ("postgresql://h:5433/db", "postgresql:///db?host=h&port=5433"),
        ("postgresql://me@localhost", "postgresql://127.0.0.1:5432/me"),
        ("postgresql://[::1]:5432/db", "postgresql:///db"),
        ("postgresql://h/d%62", "postgresql://h/db"),
        (DIRECT, POOLER),
    ],
)
def test_addresses_of_one_database(one: str, other: str) -> None:
    assert address(one).leads_to(address(other))
    assert address(other).leads_to(address(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://h/db", "postgresql://h/other"),
        ("postgresql://h/db", "postgresql://h:5433/db"),
        ("postgresql://h/db", "postgresql://i/db"),
        (DIRECT, POOLER.replace("abcdef", "fedcba")),
    ],
)
def test_addresses_of_two_databases(one: str, other: str) -> None:
    assert not address(one).leads_to(address(other))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "supabase" / "migrations").mkdir(parents=True)
    (tmp_path / "airlock.toml").write_text(
        '[environments.production]\ninspect_url = "postgresql://look@prod:5432/app"\n'
        'deploy_url = { env = "DEPLOY" }\n'
        '[environments.staging]\nurl = "postgresql://prod/app"\n'
    )
    return load(tmp_path, variables={"DEPLOY": DIRECT})


def test_an_environments_address_knows_whether_it_is_protected(config: Config) -> None:
    assert config.environment("production").address(Use.INSPECT).protected
    assert config.environment("production").address(Use.DEPLOY).protected
    assert not config.environment("staging").address(Use.DEPLOY).protected


@pytest.mark.parametrize(
    ("url", "protected"),
    [
        ("postgresql://somebody@PROD/app", True),
        (POOLER, True),
        ("postgresql://prod/other", False),
    ],
)
def test_a_url_of_a_protected_database_is_protected(
    config: Config, url: str, protected: bool
) -> None:
    assert config.guarded(address(url)).protected is protected


def test_a_second_environment_on_a_protected_database_is_protected(config: Config) -> None:
    assert config.guarded(config.environment("staging").address(Use.DEPLOY)).protected


def test_a_fault_holds_on_to_nothing_of_the_url() -> None:
    with pytest.raises(ConfigError, match="host or port") as raised:
        address("postgresql://user@host:s3cret/db")
    assert raised.value.__context__ is None
    assert "s3cret" not in f"{raised.value!r} {raised.value.hint}"
