create function public.is_even(n int) returns boolean language sql immutable as $$ select n % 2 = 0 $$;
create domain public.even as int check (public.is_even(value)) constraint positive check (value > 0);
create table public.numbers (n public.even);
comment on constraint positive on domain public.even is 'no zero';
