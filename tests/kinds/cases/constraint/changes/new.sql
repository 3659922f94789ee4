create table public.rooms (id integer, name text, floor integer, constraint low check (floor < 5) not valid, constraint rooms_name unique (name, floor) deferrable initially deferred, constraint key primary key (id));
create table public.bookings (id integer primary key, room integer, constraint at_room foreign key (room) references public.rooms on delete cascade deferrable);
