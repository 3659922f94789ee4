\restrict AbC123
set search_path = '';
\connect other
\echo it's unquoted
\copy cities from stdin
1	x; y
\.
select 1; \gset
select 2
\unrestrict AbC123
