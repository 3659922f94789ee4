create table readings (taken_on date not null, value int) partition by range (taken_on);
create table readings_2026 (taken_on date not null, value int);
