create sequence grows as integer;
create sequence moves minvalue 1 maxvalue 10 start with 5;
create sequence far minvalue 1 maxvalue 10;
create sequence turns increment by 1;
