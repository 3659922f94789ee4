create extension file_fdw;
create server files foreign data wrapper file_fdw;
create foreign table public.prices (sku text, price numeric, note text options (force_null 'true'))
server files options (filename '/var/lib/prices.tsv', format 'csv', delimiter E'\t', null '');
