"""What is set, where it comes from, and how each fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from airlock.config import KEYS, Config, Kind, Use, VariableNotSet, load
from airlock.config.keys import pattern
from airlock.errors import AirlockError, ConfigError, ProjectError, UsageError

PASSWORD = "s3cr3t-canary"


def write(root: Path, text: str | bytes, name: str = "airlock.toml") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def config(root: Path, text: str = "", **variables: str) -> Config:
    return load(write(root, text), variables=variables)


def fault(root: Path, text: str | bytes, name: str = "airlock.toml") -> AirlockError:
    write(root, "")
    write(root, text, name)
    with pytest.raises(ConfigError) as caught:
        load(root, variables={})
    assert PASSWORD not in f"{caught.value} {caught.value.hint}"
    return caught.value


def origins(found: Config) -> dict[str, tuple[object, str]]:
    return {setting.key: (setting.value, setting.origin) for setting in found.settings}


def test_a_supabase_folder_alone_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "supabase/migrations").mkdir(parents=True)
    found = load(tmp_path / "supabase/migrations", variables={})
    assert found.root == tmp_path
    assert found.file is None
    assert [environment.name for environment in found.environments] == ["local"]
    assert found.environment("local").embedded


def test_no_project_says_what_starts_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        load(tmp_path, variables={})
    assert "airlock init" in (caught.value.hint or "")


def test_every_value_has_its_origin(tmp_path: Path) -> None:
    write(
        tmp_path,
        "[db]\nmajor_version = 15\n\n[db.seed]\nsql_paths = ['./seed.sql', './seeds/*.sql']\n"
        "\n[api]\nauto_expose_new_tables = true\nschemas = ['public', 'api']\n",
        "supabase/config.toml",
    )
    text = (
        "[project]\nlayout = 'supabase'\n\n[environments.staging]\nurl = { env = 'STAGING' }\n"
        "\n[server]\ncache_mb = 512\n"
        "\n[checks]\nextend = ['AL5']\n\n[checks.levels]\nAL101 = 'off'\n"
    )
    found = load(
        write(tmp_path, text),
        variables={"STAGING": f"postgresql://u:{PASSWORD}@db.example.com:6543/app"},
        flags={"server.strict_major": True},
    )
    assert origins(found) == {
        "project.layout": ("supabase", "airlock.toml:2"),
        "project.migrations": (None, "default"),
        "project.postgres": (15, "supabase/config.toml:2"),
        "project.seeds": (
            ("supabase/seed.sql", "supabase/seeds/*.sql"),
            "supabase/config.toml:5",
        ),
        "project.expose_new_tables": (True, "supabase/config.toml:8"),
        "checks.select": (None, "default"),
        "checks.extend": (("AL5",), "airlock.toml:11"),
        "checks.ignore": (None, "default"),
        "checks.levels.AL101": ("off", "airlock.toml:14"),
        "checks.lookup_tables": (None, "default"),
        "checks.exposed_schemas": (("public", "api"), "supabase/config.toml:9"),
        "checks.disallowed_schemas": (None, "default"),
        "checks.disallowed_types": (None, "default"),
        "checks.required_columns": (None, "default"),
        "checks.allowed_extensions": (None, "default"),
        "checks.allowed_languages": (None, "default"),
        "checks.baseline": ("airlock-baseline.json", "default"),
        "server.port": (None, "default"),
        "server.cache_mb": (512, "airlock.toml:8"),
        "server.strict_major": (True, "flag --strict-major"),
        "server.shadow_url": (None, "default"),
        "environments.local.url": (None, "default"),
        "environments.local.protected": (False, "default"),
        "environments.staging.url": ("db.example.com:6543/app", "environment variable STAGING"),
        "environments.staging.protected": (False, "default"),
    }
    assert (found.postgres, found.cache_mb, found.strict_major) == (15, 512, True)
    assert found.expose_new_tables
    assert PASSWORD not in repr(found)


def test_airlock_toml_wins_over_supabase(tmp_path: Path) -> None:
    write(tmp_path, "[db]\nmajor_version = 15\n", "supabase/config.toml")
    found = config(tmp_path, "[project]\npostgres = 17\nseeds = []\n")
    assert found.postgres == 17
    assert found.seeds == ()


def test_supabase_variables_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        "[db]\nmajor_version = 'env(MAJOR)'\n[api]\nauto_expose_new_tables = 'env(NOT_SET)'\n",
        "supabase/config.toml",
    )
    found = config(tmp_path, MAJOR="16")
    assert found.postgres == 16
    assert not found.expose_new_tables


def test_switched_off_seeds_and_migrations(tmp_path: Path) -> None:
    write(
        tmp_path,
        "[db.seed]\nenabled = false\n[db.migrations]\nenabled = false\n",
        "supabase/config.toml",
    )
    found = config(tmp_path)
    assert found.seeds == ()
    assert not found.migrations_enabled


def test_production_is_protected_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    text = "[environments.production]\n[environments.prod]\nprotected = false\n[environments.qa]\n"
    found = config(tmp_path, text)
    assert {e.name: e.protected for e in found.environments} == {
        "local": False,
        "production": True,
        "prod": False,
        "qa": False,
    }


def test_connections_by_use(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        "[environments.a]\nurl = { env = 'URL' }\ninspect_url = { env = 'INSPECT' }\n"
        "[environments.b]\ninspect_url = { env = 'INSPECT' }\n[environments.c]\n"
        "deploy_url = { env = 'NONE' }\n",
        URL="postgresql://u@url/db",
        INSPECT="postgresql://u@inspect/db",
    )
    a, b, c = (found.environment(name) for name in "abc")
    assert a.address(Use.INSPECT).place == "inspect/db"
    assert a.address(Use.DEPLOY).place == "url/db"
    with pytest.raises(ConfigError, match="no URL to deploy with"):
        b.address(Use.DEPLOY)
    with pytest.raises(VariableNotSet, match="NONE is not set"):
        c.address(Use.INSPECT)


def test_a_password_in_the_file_is_a_warning(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        f"[environments.staging]\nurl = 'postgresql://u:{PASSWORD}@h/db'\n"
        "[environments.qa]\nurl = 'postgresql://u@h/db'\n",
    )
    (finding,) = found.findings
    assert finding.code == "password-in-file"
    assert str(finding.where) == "airlock.toml:2"
    assert 'url = { env = "STAGING_DATABASE_URL" }' in (finding.fix or "")
    assert PASSWORD not in repr(finding)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{PASSWORD}@h/db",
        f"postgresql://u@h/db?password={PASSWORD}",
        f"postgresql://u@h/db?sslmode=require&sslpassword={PASSWORD}",
    ],
)
@pytest.mark.parametrize("key", ["url", "inspect_url", "deploy_url", "backup_url"])
def test_a_password_of_a_protected_environment_is_refused(
    tmp_path: Path, url: str, key: str
) -> None:
    error = fault(tmp_path, f"[environments.production]\n{key} = '{url}'\n")
    assert str(error.where) == "airlock.toml:2"
    assert f"environments.production.{key} holds a password in plain text" in error.message
    assert f'{key} = {{ env = "PRODUCTION_{key.upper()}" }}' in (error.hint or "")


def test_a_protected_environment_wants_an_inspector(tmp_path: Path) -> None:
    text = "[environments.production]\nurl = 'postgresql://u@h/db'\n"
    (finding,) = config(tmp_path, text).findings
    assert (finding.code, str(finding.where)) == ("no-inspector", "airlock.toml:1")
    assert "airlock doctor production --grants" in (finding.fix or "")
    assert config(tmp_path, text + "inspect_url = 'postgresql://i@h/db'\n").findings == ()
    assert config(tmp_path, "[environments.production]\n").findings == ()


SERVICES = f"""
# comment
[other]
host=elsewhere
[production]
host = db.example.com
port=6543
dbname=app
user=inspector
password={PASSWORD}%@/
sslmode=require
[after]
host=wrong
"""


def service(root: Path, name: str = "production", **variables: str) -> Config:
    (root / "services.conf").write_text(SERVICES)
    text = f"[environments.production]\ninspect_url = {{ service = '{name}' }}\n"
    return config(root, text, **({"PGSERVICEFILE": str(root / "services.conf")} | variables))


def test_a_service_file(tmp_path: Path) -> None:
    found = service(tmp_path)
    address = found.environment("production").address(Use.INSPECT)
    assert address.place == "db.example.com:6543/app"
    assert address.user == "inspector"
    assert f"{PASSWORD}%@/" in address.secrets
    assert address.url.endswith("?sslmode=require")
    assert found.findings == ()
    assert origins(found)["environments.production.inspect_url"] == (
        "the service production",
        "service production",
    )
    assert PASSWORD not in repr(found)


def test_services_are_looked_for_where_libpq_does(tmp_path: Path) -> None:
    (tmp_path / ".pg_service.conf").write_text("[production]\nhost=/tmp/socket\n")
    found = service(tmp_path, PGSERVICEFILE="", HOME=str(tmp_path))
    address = found.environment("production").address(Use.INSPECT)
    assert address.url == "postgresql:///?host=%2Ftmp%2Fsocket"
    (tmp_path / ".pg_service.conf").unlink()
    (tmp_path / "pg_service.conf").write_text("[production]\nhost=::1\nport=1\nuser=a\n")
    found = service(tmp_path, PGSERVICEFILE="", HOME=str(tmp_path), PGSYSCONFDIR=str(tmp_path))
    assert found.environment("production").address(Use.INSPECT).url == "postgresql://a@[::1]:1/"


def test_a_service_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no service file has a service \[nowhere\]") as caught:
        service(tmp_path, "nowhere").environment("production").address(Use.INSPECT)
    assert str(tmp_path / "services.conf") in (caught.value.hint or "")
    assert PASSWORD not in f"{caught.value} {caught.value.hint}"


def test_a_service_file_with_a_fault_quotes_nothing(tmp_path: Path) -> None:
    found = service(tmp_path)
    (tmp_path / "services.conf").write_text(f"[production]\n{PASSWORD}\n")
    with pytest.raises(ConfigError, match=r"line 2 of .* is no parameter=value") as caught:
        found.environment("production").address(Use.INSPECT)
    assert PASSWORD not in f"{caught.value} {caught.value.hint}"
    (tmp_path / "services.conf").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        found.environment("production").address(Use.INSPECT)


class Ring:
    """A keyring as the package gives it."""

    def __init__(self, entries: dict[tuple[str, str], str] | None) -> None:
        self.entries = entries
        self.asked = 0

    def get_password(self, service: str, name: str) -> str | None:
        self.asked += 1
        if self.entries is None:
            raise RuntimeError(f"locked, and it says {PASSWORD}")
        return self.entries.get((service, name))


def ring(root: Path, monkeypatch: pytest.MonkeyPatch, found: Ring | None) -> Config:
    import sys

    monkeypatch.setitem(sys.modules, "keyring", found)
    return config(root, "[environments.production]\ninspect_url = { keyring = 'prod/inspect' }\n")


def test_a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Ring({("airlock", "prod/inspect"): f"postgresql://i:{PASSWORD}@h:1/db"})
    found = ring(tmp_path, monkeypatch, keys)
    assert keys.asked == 0, "it is opened when it is needed"
    environment = found.environment("production")
    assert environment.address(Use.INSPECT).place == "h:1/db"
    assert environment.address(Use.INSPECT).secrets == (PASSWORD,)
    assert keys.asked == 1
    assert PASSWORD not in repr(found)


@pytest.mark.parametrize(
    ("keys", "said", "hint"),
    [
        (None, "the package keyring is not installed", "pip install 'pgairlock[keyring]'"),
        (Ring({}), "the keyring has no entry prod/inspect", "keyring set airlock prod/inspect"),
        (Ring(None), "the keyring cannot be read", "Unlock it"),
    ],
)
def test_a_keyring_that_gives_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: Ring | None, said: str, hint: str
) -> None:
    found = ring(tmp_path, monkeypatch, keys)
    with pytest.raises(ConfigError, match=said) as caught:
        found.environment("production").address(Use.INSPECT)
    assert hint in (caught.value.hint or "")
    assert PASSWORD not in f"{caught.value} {caught.value.hint}"
    assert caught.value.__context__ is None


SHADOW = f"postgresql://boss:{PASSWORD}@ci.example.com:5433/postgres"


@pytest.mark.parametrize(
    ("text", "variables", "origin"),
    [
        (f"shadow_url = '{SHADOW}'", {}, "airlock.toml:2"),
        ("shadow_url = { env = 'CI' }", {"CI": SHADOW}, "environment variable CI"),
        (
            "shadow_url = 'postgresql://u@elsewhere/db'",
            {"AIRLOCK_SHADOW_URL": SHADOW},
            "environment variable AIRLOCK_SHADOW_URL",
        ),
        (f"shadow_url = '{SHADOW}'", {"AIRLOCK_SHADOW_URL": ""}, "airlock.toml:2"),
    ],
)
def test_a_server_for_shadows(
    tmp_path: Path, text: str, variables: dict[str, str], origin: str
) -> None:
    found = config(tmp_path, f"[server]\n{text}\n", **variables)
    assert origins(found)["server.shadow_url"] == ("ci.example.com:5433/postgres", origin)
    assert found.shadow is not None
    assert found.shadow.address(label="l", whose="w").url == SHADOW
    assert [finding.key.rpartition(":")[2] for finding in found.findings] == (
        ["server.shadow_url"] if SHADOW in text else []
    )
    assert PASSWORD not in repr(found)


def test_a_server_for_shadows_whose_variable_is_not_set(tmp_path: Path) -> None:
    found = config(tmp_path, "[server]\nshadow_url = { env = 'CI' }\n")
    assert found.shadow is not None
    assert origins(found)["server.shadow_url"][0] == "the variable CI is not set"
    with pytest.raises(VariableNotSet, match=r"server\.shadow_url: the variable CI is not set"):
        found.shadow.address(label="shadow server", whose="server.shadow_url")


def test_a_malformed_url_in_a_variable_names_it_and_quotes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, AIRLOCK_SHADOW_URL=f"postgresql://u:{PASSWORD}%zz@h/db")
    assert "environment variable AIRLOCK_SHADOW_URL" in caught.value.message
    assert PASSWORD not in f"{caught.value} {caught.value.hint}"


def test_an_unknown_environment_suggests_the_nearest(tmp_path: Path) -> None:
    found = config(tmp_path, "[environments.staging]\n")
    with pytest.raises(UsageError) as caught:
        found.environment("stagign")
    assert caught.value.hint == "Did you mean 'staging'?"
    with pytest.raises(UsageError) as caught:
        found.environment("zzz")
    assert "local, staging" in (caught.value.hint or "")


def test_white_space_around_a_url_is_left_out(tmp_path: Path) -> None:
    found = config(tmp_path, AIRLOCK_SHADOW_URL=" postgresql://u:p@h:5/db\n")
    assert found.shadow is not None
    address = found.shadow.address(label="shadow server", whose="server.shadow_url")
    assert (address.url, address.place) == ("postgresql://u:p@h:5/db", "h:5/db")


def test_a_placeholder_in_a_url_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds the placeholder \[YOUR-PASSWORD\]"):
        config(tmp_path, AIRLOCK_SHADOW_URL="postgresql://u:[YOUR-PASSWORD]@h:5/db")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:12/secret@h:5432/db",
        "postgresql://u:p@12/secret@h/db",
        "postgresql://u:12?secret@h/db",
        "postgresql://u:p@12?secret@h/db",
    ],
)
def test_a_half_of_a_password_is_not_taken_for_a_place(tmp_path: Path, url: str) -> None:
    """What stands before a bare '/' or '?' could be shown as the host, what follows as the path."""
    error = fault(tmp_path, f"[environments.qa]\nurl = '{url}'\n")
    assert "an '@' stands after the host" in error.message
    assert "secret" not in f"{error.message} {error.hint}"
    assert "12" not in error.message


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("[project]\npostgress = 17\n", "airlock.toml:2", "project.postgress", "'postgres'"),
        ("[projct]\n", "airlock.toml:1", "'projct'", "'project'"),
        ("postgres = 17\n", "airlock.toml:1", "'postgres'", "[project]"),
        ("[project]\nzzz = 1\n", "airlock.toml:2", "project.zzz", "Known here: expose_new_"),
        ("[environments.staging]\nulr = 'x'\n", "airlock.toml:2", "staging.ulr", "'url'"),
        ("[environments.staging.gates]\nsoak = '1h'\n", "airlock.toml:1", "gates", "Known"),
        ("[project]\npostgres = '17'\n", "airlock.toml:2", "not a whole number", "postgres = 17"),
        ("[enviroments.qa]\n", "airlock.toml:1", "'enviroments'", "'environments'"),
        ("[server]\nstrict_major = 'true'\n", "airlock.toml:2", "not true or false", "= true"),
        ("[project]\npostgres = 'new'\n", "airlock.toml:2", "a string, not a whole", None),
        ("[project]\npostgres = true\n", "airlock.toml:2", "not a whole number", None),
        ("[project]\npostgres = 13\n", "airlock.toml:2", "not from 14 to 18", None),
        ("[server]\nport = 0\n", "airlock.toml:2", "server.port is 0, not from 1 to 65535", None),
        ("[server]\nport = -1\n", "airlock.toml:2", "is -1, not from 1 to 65535", None),
        ("[server]\nport = 65536\n", "airlock.toml:2", "is 65536, not from 1 to 65535", None),
        ("[server]\nshadow_url = 5\n", "airlock.toml:2", "not a string or", "shadow_url = {"),
        ("[project]\nlayout = 'supabse'\n", "airlock.toml:2", '"supabase" or', "'supabase'"),
        ("[project]\nseeds = 'a.sql'\n", "airlock.toml:2", "not a list of strings", None),
        ("[server]\nstrict_major = 1\n", "airlock.toml:2", "not true or false", None),
        ("project = 1\n", "airlock.toml:1", "project is a table", "[project]"),
        ("[environments]\nqa = 'x'\n", "airlock.toml:2", "environments.qa is a table", None),
        ("[environments.QA]\n", "airlock.toml:1", "'QA' cannot name", "lower-case"),
        ("[environments.empty]\n", "airlock.toml:1", "'empty' cannot name", None),
        ("[environments.qa]\nurl = { evn = 'X' }\n", "airlock.toml:2", "not a string or", "env ="),
        ("[environments.qa]\nurl = { env = 'A-B' }\n", "airlock.toml:2", "not a string", "env ="),
        ("[environments.qa]\nurl = { service = 'a b' }\n", "airlock.toml:2", "not a string", None),
        ("[environments.qa]\nurl = { env = 'A', keyring = 'b' }\n", "airlock.toml:2", "not", None),
        ("[environments.qa]\nstrict = 'true'\n", "airlock.toml:2", "not true or false", None),
        ("[environments.qa]\nurl = 5\n", "airlock.toml:2", "not a string or", "env ="),
    ],
)
def test_a_key_that_means_nothing(
    tmp_path: Path, text: str, place: str, message: str, hint: str | None
) -> None:
    error = fault(tmp_path, text)
    assert str(error.where) == place
    assert message in error.message
    assert hint is None or hint in (error.hint or "")


@pytest.mark.parametrize("name", ["airlock.toml", "supabase/config.toml"])
@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (f"[a]\nx = 1\nurl = 'postgresql://u:{PASSWORD}@h/db\n", ":3", "not valid TOML"),
        ("[a\n", ":1:3", "not valid TOML"),
        ("x = [1,\n", ":", "not valid TOML"),
        (b"a = 1\nb = '\xff\xfe'\n", ":2", "not UTF-8: byte 0xff"),
        (b"\x00\x01", ":1:1", "not valid TOML"),
    ],
)
def test_a_broken_file(
    tmp_path: Path, name: str, text: str | bytes, place: str, message: str
) -> None:
    error = fault(tmp_path, text, name)
    assert f"{error.where}".startswith(name + place) or place == ":"
    assert message in error.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / "supabase/config.toml").mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory") as caught:
        load(tmp_path, variables={})
    assert caught.value.hint == "Move the folder away and put the file there."


def test_a_wrong_type_in_supabases_file(tmp_path: Path) -> None:
    error = fault(tmp_path, "[db]\nmajor_version = 'new'\n", "supabase/config.toml")
    assert str(error.where) == "supabase/config.toml:2"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    write(tmp_path, b"\xef\xbb\xbf[project]\npostgres = 17\n")
    assert load(tmp_path, variables={}).postgres == 17


def test_a_malformed_url_names_its_place_and_quotes_nothing(tmp_path: Path) -> None:
    error = fault(tmp_path, f"[environments.qa]\nurl = 'postgresql://u:{PASSWORD}%zz@h/db'\n")
    assert "airlock.toml:2" in error.message
    assert "percent-escape" in error.message


def test_the_table_of_keys_is_whole() -> None:
    assert len({key.path for key in KEYS}) == len(KEYS)
    for key in KEYS:
        assert key.doc.endswith("."), key.path
        assert key.default is not None or key.absent, key.path
        assert key.kind is Kind.CONNECTION or key.path == pattern(key.path)


def test_the_form_of_names_is_a_regular_expression(tmp_path: Path) -> None:
    found = config(tmp_path, "[checks.naming]\nindex = '.+_idx'\n")
    assert found.checks.options == {"naming.index": (".+_idx",)}
    error = fault(tmp_path, "[checks.naming]\nindex = '.+_(idx'\n")
    assert "airlock.toml:2" in str(error.where)
    assert "checks.naming.index is no regular expression" in error.message


def test_a_form_for_what_has_no_names_suggests_what_has(tmp_path: Path) -> None:
    error = fault(tmp_path, "[checks.naming]\nindexes = '.+_idx'\n")
    assert error.hint == "Did you mean 'index'?"
    assert "primary_key" in (fault(tmp_path, "[checks.naming]\nx = 'y'\n").hint or "")
