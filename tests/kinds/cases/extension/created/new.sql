create schema extensions;
create extension hstore with schema extensions;
create extension cube;
create extension earthdistance;
comment on extension hstore is 'key and value pairs';
create table public.products (
  id int primary key,
  attributes extensions.hstore not null default ''::extensions.hstore
);
create index products_attributes on public.products using gin (attributes);
