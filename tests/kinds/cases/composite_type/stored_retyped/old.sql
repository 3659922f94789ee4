create type public.money_amount as (value int, currency char(3));
create type public.price as (net public.money_amount, rate numeric);
create table public.products (id int primary key, price public.price, cost public.money_amount);
create view public.prices as select ((price).net).value from public.products;
comment on type public.price is 'what it costs';
