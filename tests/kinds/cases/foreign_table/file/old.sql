create extension file_fdw;
create server files foreign data wrapper file_fdw;
create foreign table public.prices (sku text options (force_not_null 'true'), price numeric)
server files options (filename '/var/lib/prices.csv', format 'csv', header 'true');
