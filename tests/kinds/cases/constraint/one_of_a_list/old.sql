create table public.orders (id integer, status varchar(20), note text);
