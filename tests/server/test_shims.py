"""The stand-ins: each can be created, and does or refuses what its real extension does."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from airlock.model.names import literal, quote
from airlock.server.cluster import Cluster
from airlock.server.connect import DatabaseError, Session, connect
from airlock.server.home import Home
from airlock.server.shims import (
    PRELOADED,
    STUB_COMMENT,
    control_path,
    copy_shims,
    install_shims,
    installed_stubs,
    shims,
    shims_dir,
    without_index_options,
)


@pytest.fixture(scope="module")
def server(cluster: Cluster) -> Iterator[Session]:
    """A superuser's session in a database of its own, with a schema `extensions`."""
    name = f"shims_{secrets.token_hex(6)}"
    with connect(cluster.address("airlock"), acting=False) as session:
        session.execute(f"create database {quote(name)} template template0 owner postgres")
        try:
            with connect(cluster.address(name), acting=False) as inside:
                inside.execute("create schema extensions")
                yield inside
        finally:
            session.execute(f"drop database {quote(name)} with (force)")


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Roll back what runs inside."""
    session.execute("begin")
    try:
        yield
    finally:
        session.execute("rollback")


@contextmanager
def installed(session: Session, name: str) -> Iterator[None]:
    """Install an extension for the time of the block."""
    with undone(session):
        session.execute(f"create extension {quote(name)} cascade")
        yield


CALLS = [
    ("uuid-ossp", "select uuid_generate_v5(uuid_ns_dns(), 'www.example.com')::text",
     "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
    ("uuid-ossp", "select uuid_generate_v3(uuid_ns_dns(), 'www.example.com')::text",
     "5df41881-3aed-3515-88a7-2f4a814cf09e"),
    ("uuid-ossp", "select substr(uuid_generate_v4()::text, 15, 1)", "4"),
    ("uuid-ossp", "select substr(uuid_generate_v1()::text, 15, 1)", "1"),
    ("pgcrypto", "select encode(digest('abc', 'sha1'), 'hex')",
     "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("pgcrypto", "select encode(digest(repeat('a', 1000), 'sha1'), 'hex')",
     "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
    ("pgcrypto", "select encode(digest('abc', 'md5'), 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
    ("pgcrypto", "select encode(hmac('what do ya want for nothing?', 'Jefe', 'sha1'), 'hex')",
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    ("pgcrypto", "select encode(hmac('what do ya want for nothing?', 'Jefe', 'sha256'), 'hex')",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ("pgcrypto", "select length(gen_random_bytes(33))", 33),
    ("pgcrypto", "select crypt('pw', h) = h from crypt('pw', gen_salt('bf', 8)) as h", True),
    ("pgcrypto", "select crypt('px', h) = h from crypt('pw', gen_salt('bf')) as h", False),
    ("pgcrypto", "select length(crypt('pw', gen_salt('bf')))", 60),
    ("pgjwt", "select sign('{\"sub\":\"1234567890\",\"name\":\"John Doe\",\"iat\":1516239022}', "
     "'your-256-bit-secret')",
     "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
     "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
     "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"),
    ("pgjwt", "select valid from verify(sign('{\"a\":1}', 's'), 's')", True),
    ("pgjwt", "select valid from verify(sign('{\"exp\":1}', 's'), 's')", False),
    ("http", "select urlencode('a b/ü')", "a%20b%2F%C3%BC"),
    ("http", "select (http_header('a', 'b')).value", "b"),
    ("pg_net", "select net.http_post('https://x', '{}', headers => '{\"A\": \"b\"}')", 1),
    ("pg_cron", "select count(*) from (select cron.schedule('a', '* * * * *', 'select 1'), "
     "cron.schedule('b', '30 seconds', 'select 1')) s", 1),
    ("pg_cron", "select extnamespace::regnamespace::text from pg_extension "
     "where extname = 'pg_cron'", "pg_catalog"),
    ("pgmq", "select pgmq.create('jobs')::text", ""),
    ("supabase_vault", "select vault.create_secret('a', 'b') is not null", True),
    ("pg_graphql", "select graphql.get_schema_version()", 1),
    ("hypopg", "select count(*) from hypopg()", 0),
    ("index_advisor", "select index_statements from index_advisor('select 1')", []),
    ("wrappers", "select count(*) from wrappers_fdw_stats", 0),
    ("pgsodium", "select name from pgsodium.create_key(name => 'k')", "k"),
    ("pg_tle", "select pgtle.install_extension('a@b', '1', 'd', 'select 1')", True),
    ("pg_jsonschema", "select json_matches_schema('{\"type\": \"string\"}', '\"a\"')", True),
    ("postgis", "select round(st_distance('POINT(0 0)'::geography, 'POINT(0 1)'::geography))",
     111195),
    ("postgis_raster", "select 1", 1),
    ("postgis_sfcgal", "select 1", 1),
    ("postgis_tiger_geocoder", "select 1", 1),
    ("postgis_topology", "select 1", 1),
    ("pgrouting", "select 1", 1),
    ("address_standardizer", "select to_regtype('stdaddr') is not null", True),
    ("address_standardizer_data_us", "select 1", 1),
    ("pgaudit", "select 1", 1),
    ("pg_hashids", "select count(*) from pg_proc where proname = 'id_encode'", 8),
    ("pg_repack", "select repack.version() like 'pg_repack%'", True),
    ("pg_stat_monitor", "select pg_stat_monitor_version() <> ''", True),
    ("pgroonga", "select 'Hello World' &@~ 'world'::text", True),
    ("pgtap", "select pgtap_version() > 1", True),
    ("plpgsql_check", "select count(*) from pg_proc where proname = 'plpgsql_check_function'", 2),
    ("plv8", "select lanpltrusted from pg_language where lanname = 'plv8'", True),
    ("rum", "select count(*) from pg_am where amname = 'rum'", 1),
    ("vector", "select '[1,2]'::vector <-> '[4,6]'", 5.0),
]  # fmt: skip


def test_every_stand_in_has_a_call() -> None:
    assert {name for name, _, _ in CALLS} == set(shims())


@pytest.mark.parametrize(("name", "call", "expected"), CALLS)
def test_a_typical_call(server: Session, name: str, call: str, expected: object) -> None:
    with installed(server, name):
        assert server.fetch(call) == [(expected,)]


REFUSED = [
    ("pgcrypto", "select pgp_sym_encrypt('a', 'b')"),
    ("http", "select http_get('https://x')"),
    ("hypopg", "select * from hypopg_create_index('create index on t (a)')"),
    ("pgsodium", "select pgsodium.derive_key(1)"),
    ("pgmq", "select pgmq.create_partitioned('a')"),
    ("pg_hashids", "select id_encode(1)"),
    ("postgis", "select st_area('POINT(1 2)'::geometry)"),
    ("plpgsql_check", "select plpgsql_check_function('f')"),
    ("address_standardizer", "select parse_address('a')"),
]


@pytest.mark.parametrize(("name", "call"), REFUSED)
def test_what_sql_cannot_do_says_so(server: Session, name: str, call: str) -> None:
    with installed(server, name), pytest.raises(DatabaseError, match=STUB_COMMENT) as refused:
        server.execute(call)
    assert refused.value.sqlstate == "0A000"


def test_jobs_are_kept_by_name(server: Session) -> None:
    with installed(server, "pg_cron"):
        server.execute("select cron.schedule('nightly', '0 0 * * *', 'select 1')")
        server.execute("select cron.schedule('nightly', '0 1 * * *', 'select 2')")
        assert server.fetch("select schedule, command from cron.job") == [("0 1 * * *", "select 2")]
        assert server.fetch("select cron.unschedule('nightly')") == [(True,)]
        with pytest.raises(DatabaseError, match="could not find valid entry for job 'nightly'"):
            server.execute("select cron.unschedule('nightly')")
    with installed(server, "pg_cron"), pytest.raises(DatabaseError, match="invalid schedule"):
        server.execute("select cron.schedule('x', 'sometimes', 'select 1')")


def test_a_queue_from_send_to_archive(server: Session) -> None:
    with installed(server, "pgmq"):
        server.execute("select pgmq.create('Jobs')")
        assert server.fetch("select * from pgmq.send('Jobs', '{\"a\": 1}')") == [(1,)]
        assert server.fetch("select * from pgmq.send('Jobs', '{\"a\": 2}', 60)") == [(2,)]
        assert server.fetch(
            "select * from pgmq.send_batch('Jobs', array['{}', '{}']::jsonb[])"
        ) == [(3,), (4,)]
        assert server.fetch("select msg_id, message from pgmq.read('Jobs', 30, 1)") == [
            (1, {"a": 1})
        ]
        assert server.fetch("select pgmq.archive('Jobs', 1), pgmq.delete('Jobs', 3)") == [
            (True, True)
        ]
        assert server.fetch("select msg_id from pgmq.pop('Jobs')") == [(4,)]
        assert server.fetch(
            "select queue_length, total_messages, queue_visible_length from pgmq.metrics('Jobs')"
        ) == [(1, 4, 0)]
        assert server.fetch(
            "select relowner::regrole::text from pg_class where oid = 'pgmq.meta'::regclass"
        ) == [("postgres",)]
        assert server.fetch("select pgmq.drop_queue('Jobs')") == [(True,)]


def test_secrets_can_be_read_and_changed(server: Session) -> None:
    with undone(server):
        server.execute("create schema vault")
        server.execute("create extension supabase_vault with schema vault")
        server.execute("select vault.create_secret('first', 'key', 'what for')")
        server.execute("select vault.update_secret(id, 'second') from vault.secrets")
        assert server.fetch(
            "select name, description, decrypted_secret from vault.decrypted_secrets"
        ) == [("key", "what for", "second")]


def test_schema_of_json(server: Session) -> None:
    schema = (
        '{"type": "object", "required": ["a"], "additionalProperties": false, "properties": '
        '{"a": {"type": "integer", "minimum": 1}, "b": {"items": {"enum": ["x", "y"]}}}}'
    )
    with installed(server, "pg_jsonschema"):
        matches = [
            server.fetch("select jsonb_matches_schema(%s, %s)", (schema, instance))[0][0]
            for instance in (
                '{"a": 1, "b": ["x"]}', '{"a": 0}', '{"a": 1.5}', "{}", '{"a": 1, "c": 2}',
                '{"a": 1, "b": ["z"]}', "[]",
            )
        ]  # fmt: skip
    assert matches == [True, *[False] * 6]


def test_foreign_tables_of_wrappers(server: Session) -> None:
    with installed(server, "wrappers"):
        server.execute(
            """
            create foreign data wrapper s handler stripe_fdw_handler validator stripe_fdw_validator;
            create server stripe foreign data wrapper s options (api_key_id 'x');
            create foreign table customers (id text) server stripe options (object 'customers');
            """
        )
        with pytest.raises(DatabaseError, match="fdw_handler"):
            server.fetch("select * from customers")


def test_places_and_their_indexes(server: Session) -> None:
    with installed(server, "postgis"):
        server.execute(
            """
            create table places (
                id integer, spot geography(Point, 4326), shape geometry(MultiPolygon)
            );
            create index on places using gist (spot);
            create index on places using gist (shape);
            insert into places (id, spot)
            select i, st_setsrid(st_makepoint(i / 100.0, 1), 4326) from generate_series(1, 2000) i;
            """
        )
        assert server.fetch(
            "select id from places order by spot <-> st_point(5, 1)::geography limit 1"
        ) == [(500,)]
        assert server.fetch(
            "select st_x(spot::geometry), st_astext(spot), st_asgeojson(spot) "
            "from places where id = 100"
        ) == [(1.0, "POINT(1 1)", '{"type":"Point","coordinates":[1,1]}')]


def test_text_search_indexes(server: Session) -> None:
    with installed(server, "rum"):
        server.execute(
            """
            create table documents (words tsvector);
            insert into documents select to_tsvector('w' || i) from generate_series(1, 300) i;
            create index on documents using rum (words rum_tsvector_ops);
            """
        )
    with installed(server, "pgroonga"):
        server.execute(
            """
            create table memos (content text, tags varchar[]);
            create index on memos using pgroonga (content pgroonga_text_full_text_search_ops_v2);
            create index on memos using pgroonga (tags);
            insert into memos values ('a', '{b}');
            """
        )


def test_vectors_without_the_real_extension(server: Session) -> None:
    script = shims_dir() / "extension" / "vector--0.8.0.sql"
    with undone(server):
        server.execute(script.read_text(encoding="utf-8"))
        server.execute(
            """
            create table items (id integer, embedding vector(1536), half halfvec(2));
            create index on items using hnsw (embedding vector_cosine_ops);
            create index on items using ivfflat (half halfvec_l2_ops);
            insert into items
            select 1, array_fill(0.5::real, array[1536]), '[3,4]';
            """
        )
        assert server.fetch(
            """
            select format_type(atttypid, atttypmod), vector_dims(embedding),
                embedding <=> embedding, l2_norm(half)
            from items, pg_attribute
            where attrelid = 'items'::regclass
              and attname = 'embedding'
            """
        ) == [("vector(1536)", 1536, 0.0, 5.0)]
        assert server.fetch(
            'select avg(v)::text from unnest(\'{"[1,2]","[3,4]"}\'::vector[]) v'
        ) == [("[2,3]",)]
        with pytest.raises(DatabaseError, match="expected 2 dimensions, not 1"):
            server.execute("update items set half = '[1]'")


def test_real_extensions_come_first(server: Session) -> None:
    comments = dict(
        server.fetch(
            "select name, comment from pg_available_extensions where name in ('citext', 'vector')"
        )
    )
    assert not any(comment.startswith(STUB_COMMENT) for comment in comments.values())


def test_which_extensions_of_a_database_are_stand_ins(server: Session) -> None:
    with undone(server):
        server.execute(
            "create extension citext; create extension pg_net; create extension pgjwt "
            "cascade; comment on extension pg_net is 'Async HTTP'"
        )
        assert installed_stubs(server) == ("pg_net", "pgcrypto", "pgjwt")


def test_stand_ins_by_name() -> None:
    assert set(shims()) >= PRELOADED
    assert all(shims().values())


def test_each_control_file_has_its_script() -> None:
    folder = shims_dir() / "extension"
    for name in shims():
        control = (folder / f"{name}.control").read_text(encoding="utf-8")
        version = control.split("default_version = '")[1].split("'")[0]
        assert (folder / f"{name}--{version}.sql").is_file()


def test_a_real_extension_is_never_replaced(tmp_path: Path) -> None:
    extension = tmp_path / "share" / "extension"
    extension.mkdir(parents=True)
    original = tmp_path / "elsewhere.control"
    original.write_text("comment = 'stays'\n")
    (extension / "pgcrypto.control").write_text("comment = 'cryptographic functions'\n")
    (extension / "pg_net.control").write_text(f"comment = '{STUB_COMMENT} of an older version'\n")
    (extension / "pg_net--0.1.sql").write_text("")
    (extension / "http--1.6.sql").symlink_to(original)
    install_shims(tmp_path / "share")
    install_shims(tmp_path / "share")
    assert (extension / "pgcrypto.control").read_text().startswith("comment = 'crypto")
    assert not (extension / "pgcrypto--1.3.sql").exists()
    assert "older" not in (extension / "pg_net.control").read_text()
    assert (extension / "vector.control").is_file()
    assert original.read_text() == "comment = 'stays'\n"
    assert not list(extension.glob("*.partial"))


def real_extensions(share: Path) -> Path:
    """Extensions that are there for real: one that has to be preloaded, and one that has not."""
    folder = share / "extension"
    folder.mkdir(parents=True)
    for name in ("pg_cron", "vector"):
        (folder / f"{name}.control").write_text(
            f"comment = 'the real one'\ndefault_version = '9.9'\n"
            f"module_pathname = '$libdir/{name}'\n"
        )
        (folder / f"{name}--9.9.sql").write_text("select 1;\n")
    (folder / "pg_cron--9.9.sql").write_text(
        "create function f() returns int language c as 'MODULE_PATHNAME';\n"
    )
    (folder / "pg_cron--9.8.control").write_text("")
    return folder


def test_what_has_to_be_preloaded_is_replaced(tmp_path: Path) -> None:
    extension = real_extensions(tmp_path / "share")
    install_shims(tmp_path / "share")
    assert STUB_COMMENT in (extension / "pg_cron.control").read_text()
    assert {path.name for path in extension.glob("pg_cron*")} == {
        path.name for path in (shims_dir() / "extension").glob("pg_cron*")
    }
    assert "the real one" in (extension / "vector.control").read_text()


def test_what_has_to_be_preloaded_is_passed_over(
    server: Session, home: Home, tmp_path: Path
) -> None:
    """The server looks into the folders from left to right."""
    if server.server_major < 18:
        pytest.skip("looks in one folder only")
    with tempfile.TemporaryDirectory(dir=home.path) as name:
        folder = Path(name)
        real_extensions(folder / "real")
        copy_shims(folder / "shims")
        path = control_path(folder / "shims").replace("$system", str(folder / "real"))
        with undone(server):
            server.execute(f"set local extension_control_path = {literal(path)}")
            server.execute("create extension pg_cron")
            server.execute("create extension vector")
            server.execute("create extension pg_net")
            assert installed_stubs(server) == ("pg_cron", "pg_net")
        with undone(server):
            path = f"{folder / 'real'}:{folder / 'shims'}"
            server.execute(f"set local extension_control_path = {literal(path)}")
            with pytest.raises(DatabaseError, match="could not access file"):
                server.execute("create extension pg_cron")


def test_index_options_that_no_stand_in_knows() -> None:
    assert (
        without_index_options(
            "create index on t using hnsw (e vector_cosine_ops)\n WITH (m = 16, ef_search = 1)"
        )
        == "create index on t using hnsw (e vector_cosine_ops)"
    )
    assert (
        without_index_options(
            "create index on t using ivfflat ((e::halfvec) halfvec_ip_ops) with (lists=1) where b"
        )
        == "create index on t using ivfflat ((e::halfvec) halfvec_ip_ops) where b"
    )
    assert without_index_options("create index on t (a) with (fillfactor = 70)") is None
    assert without_index_options("create index on t using hnsw (e vector_l2_ops)") is None
