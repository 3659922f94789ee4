create table public.rooms (id integer primary key, name text unique nulls not distinct, floor integer check (floor between 0 and 9));
create table public.bookings (
  id integer primary key,
  room integer not null references public.rooms on update cascade on delete set null (room),
  during int4range,
  constraint one_at_a_time exclude using gist (during with &&),
  unique (room, during) include (id)
);
