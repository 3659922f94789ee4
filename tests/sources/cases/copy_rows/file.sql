create table public.cities (id int, name text);
copy public.cities (id, name) from stdin;
1	Köln; it's
2	\N
\.
copy public.cities from stdin with (format csv); -- rows follow
3,"a;b"
\.

select count(*) from public.cities;
copy public.cities from stdin;
4	no end
