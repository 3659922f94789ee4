create domain public.age as int constraint sane check (value < 200) constraint gone check (value <> 7);
create table public.people (age public.age);
comment on constraint sane on domain public.age is 'nobody is older';
