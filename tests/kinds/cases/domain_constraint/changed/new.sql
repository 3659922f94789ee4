create domain public.age as int constraint sane check (value < 150) constraint "Come" check (value <> 8);
create table public.people (age public.age);
comment on constraint sane on domain public.age is 'nobody is older';
