create function public.grade(score int) returns text
language sql
begin atomic
  select case when score > 5 then 'good' else 'bad' end;
  select t.end from (select 1 as end) as t;
end;

create procedure p() begin atomic; end;
select 1;
