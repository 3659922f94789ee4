select 1;
do $$ begin; select 2;
