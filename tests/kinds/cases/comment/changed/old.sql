comment on schema public is 'ours';
create table members (id bigint primary key, email text, phone text, note text);
comment on table members is 'who pays';
comment on column members.email is 'checked';
comment on column members.phone is 'not checked';
create view mailing as select id, email from members;
comment on column mailing.email is 'for letters';
