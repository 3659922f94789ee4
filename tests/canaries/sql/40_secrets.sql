create role other_:mark login password '⟦option password of another role⟧';
alter database :database set app.jwt_secret = '⟦option setting of the database⟧';
alter role :deployer set app.api_key = '⟦option setting of a role⟧';
alter role :deployer in database :database set app.webhook = '⟦option setting of a role in the database⟧';
alter role other_:mark set app.key = '⟦option setting of another role⟧';

set session authorization :deployer;
create function app.call_out() returns void language plpgsql as $$
begin
  perform 'Bearer ⟦token body of a function⟧';
end $$;
create function app.http_request() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger webhook after insert on app.orders for each row execute function app.http_request(
  'https://hooks.test/x', 'POST', '{"Authorization": "Bearer ⟦token webhook argument⟧"}', '{}', '1000'
);

do $$ begin
  perform lo_from_bytea(0, convert_to('⟦row large object⟧', 'UTF8'));
end $$;
reset session authorization;
alter function app.call_out() set app.signing_key = '⟦token setting of a function⟧';
analyze;
