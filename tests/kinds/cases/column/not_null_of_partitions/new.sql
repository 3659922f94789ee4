create table tags (id int, region text, note text not null, email text not null)
partition by list (region);
create table tags_eu (id int, region text, note text not null, email text not null);
alter table tags attach partition tags_eu for values in ('eu');
create table tags_us partition of tags for values in ('us') partition by list (id);
create table tags_us_1 (
  id int,
  region text,
  note text constraint noted not null,
  email text constraint mailed not null
);
alter table tags_us attach partition tags_us_1 for values in (1);
