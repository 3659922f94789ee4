create trusted language plx handler plpgsql_call_handler inline plpgsql_inline_handler;
create function public.one() returns int language plx as 'begin return 1; end';
create table public.ones (one int default public.one());
