create table public.shirts (size text default 'small' check (size <> 'large'), real text);
create view public.sizes as select size, real from public.shirts;
