create table public.rooms (id integer primary key, name text, floor integer, constraint low check (floor < 9), constraint rooms_name unique (name));
create table public.bookings (id integer primary key, room integer, constraint at_room foreign key (room) references public.rooms);
