-- The deployer owns everything.
set session authorization :deployer;
create schema extensions;
create extension hstore schema extensions;
create extension citext schema extensions;
create extension ltree schema extensions;
create extension btree_gist schema extensions;
create schema app;
create schema auth;
create schema airlock;
create schema supabase_migrations;
set search_path = app, extensions, pg_catalog;

create type app.mood as enum ('calm', '⟦literal enum label⟧');
create type app.name_pair as (first_name text, last_name varchar(80));
create type app.word_range as range (subtype = text, collation = "C");
create domain app.nickname as text
  default '⟦literal domain default⟧'
  constraint nickname_is_fine check (value <> '⟦literal domain check⟧');
