do $$
begin
  if to_regrole('analyst') is null then
    create role analyst;
  end if;
end
$$;

create table visits (id integer primary key, page text);
create view pages as select id, page from visits;
alter view pages owner to analyst;
create view busy_pages as select page, count(id) as visits from pages group by page;
alter view busy_pages owner to analyst;
create materialized view report as select max(id) as last from visits;
alter materialized view report owner to analyst;
