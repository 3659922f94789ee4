create table members (id bigint primary key, email text, phone text, note text);
comment on table members is 'who pays, or has paid';
comment on column members.email is null;
comment on column members.phone is 'not checked';
comment on column members.note is 'free text';
create view mailing as select id, email from members;
comment on column mailing.email is 'for circulars';
comment on column mailing.id is 'of the member';
