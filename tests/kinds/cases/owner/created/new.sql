do $$
begin
  if to_regrole('librarian') is null then
    create role librarian;
  end if;
end
$$;

create schema library;
alter schema library owner to librarian;
create type library.genre as enum ('novel', 'poetry');
alter type library.genre owner to librarian;
create domain library.isbn as text check (value ~ '^[0-9-]+$');
alter domain library.isbn owner to librarian;
create type library.dimensions as (height numeric, width numeric);
alter type library.dimensions owner to librarian;
create type library.period as range (subtype = date);
alter type library.period owner to librarian;
create table library.books (
  id bigint generated always as identity primary key,
  shelf serial,
  isbn library.isbn not null,
  genre library.genre
);
alter table library.books owner to librarian;
create sequence library.tickets;
alter sequence library.tickets owner to librarian;
create view library.novels as select id, isbn from library.books where genre = 'novel';
alter view library.novels owner to librarian;
create materialized view library.counts as select genre, count(*) as books from library.books group by genre;
alter materialized view library.counts owner to librarian;
create statistics library.books_shelves on shelf, genre from library.books;
alter statistics library.books_shelves owner to librarian;
create function library.is_novel(library.genre) returns boolean language sql immutable return $1 = 'novel';
alter function library.is_novel(library.genre) owner to librarian;
create procedure library.close() language sql begin atomic select 1; end;
alter procedure library.close() owner to librarian;
create aggregate library.longest(text) (sfunc = pg_catalog.textcat, stype = text);
alter aggregate library.longest(text) owner to librarian;
create collation library.plain (provider = libc, locale = 'C');
alter collation library.plain owner to librarian;
create text search dictionary library.words (template = pg_catalog.simple);
alter text search dictionary library.words owner to librarian;
create text search configuration library.search (copy = pg_catalog.simple);
alter text search configuration library.search owner to librarian;
