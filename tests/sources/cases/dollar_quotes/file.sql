-- Ängström: comments before, with a semicolon; inside
create or replace function public.größe(a text) returns text
language plpgsql as $body$
begin
  -- a comment; in a body
  return $$nested; text$$ || a;
end;
$body$;

do $$ begin perform 1; end $$;  select $tag$ unlike $$ this; $tag$ as "quoted; name";
