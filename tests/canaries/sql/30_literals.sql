-- Every place of a schema in which a literal can stand (exposed by pg_dump -s as well).
create table app.orders (
  id bigint generated always as identity primary key,
  status text not null default '⟦literal column default⟧',
  note text constraint note_is_fine check (note <> '⟦literal check⟧'),
  origin text generated always as (coalesce(note, '⟦literal generated expression⟧')) stored,
  during tstzrange,
  room text,
  constraint no_overlap exclude using gist (room with =, during with &&)
    where (room <> '⟦literal exclusion predicate⟧')
);
insert into app.orders (note) values ('⟦row note of an order⟧');

create index orders_by_note on app.orders ((note || '⟦literal index expression⟧'));
create index orders_open on app.orders (room) where status = '⟦literal index predicate⟧';
create statistics app.orders_words on (note || '⟦literal statistics expression⟧'), room from app.orders;

create table app.regions (name text, n int) partition by list (name);
create table app.regions_one partition of app.regions for values in ('⟦literal list bound⟧');
create table app.names (name text) partition by range (name);
create table app.names_low partition of app.names
  for values from ('⟦literal range bound, from|a{}⟧') to ('⟦literal range bound, to|z{}⟧');

create view app.open_orders as select * from app.orders where status = '⟦literal view⟧';
create materialized view app.totals as
  select '⟦literal materialized view⟧' as label, email, count(*) from app.people group by email;
create view app.recent with (check_option = local) as
  select id, note from app.orders where note <> '⟦literal view with check option⟧';

create function app.greet(who text default '⟦literal argument default⟧') returns text
  language plpgsql as $$ begin return '⟦literal PL/pgSQL body⟧' || who; end $$;
create function app.farewell() returns text language sql as $$ select '⟦literal SQL body⟧' $$;
create function app.modern() returns text language sql return '⟦literal body by the standard⟧';
create procedure app.tidy() language plpgsql as $$ begin perform '⟦literal procedure body⟧'; end $$;
create function app.collect(text, text) returns text language sql immutable return $1 || $2;
create aggregate app.gather(text) (sfunc = app.collect, stype = text, initcond = '⟦literal initial condition⟧');

create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch before update on app.orders for each row
  when (new.note <> '⟦literal trigger condition⟧')
  execute function app.touch('⟦literal trigger argument⟧');
create rule keep as on delete to app.orders where old.note = '⟦literal rule condition⟧' do instead nothing;
create rule tell as on update to app.open_orders do instead
  update app.orders set note = '⟦literal rule action⟧' where id = old.id;

alter table app.orders enable row level security;
create policy readers on app.orders for select using (note <> '⟦literal policy using⟧');
create policy writers on app.orders for insert with check (note <> '⟦literal policy check⟧');

comment on table app.orders is '⟦literal comment on a table⟧';
comment on column app.orders.note is '⟦literal comment on a column⟧';
comment on constraint note_is_fine on app.orders is '⟦literal comment on a constraint⟧';
comment on function app.greet(text) is '⟦literal comment on a function⟧';
comment on schema app is '⟦literal comment on a schema⟧';
comment on type app.mood is '⟦literal comment on a type⟧';
comment on database :database is '⟦literal comment on the database⟧';

create publication some_orders for table app.orders where (note <> '⟦literal row filter⟧');
reset session authorization;
comment on role :deployer is '⟦literal comment on a role⟧';
