create type public.size as enum ('small', 'large');
create domain public.real_size as public.size;
create table public.shirts (size public.size default 'small' check (size <> 'large'), real public.real_size);
create view public.sizes as select size, real from public.shirts;
