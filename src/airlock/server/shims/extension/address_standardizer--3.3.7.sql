create type stdaddr as (
    building text, house_num text, predir text, qual text, pretype text, name text, suftype text,
    sufdir text, ruralroute text, extra text, city text, state text, country text, postcode text,
    box text, unit text
);
create function standardize_address(lextab text, gaztab text, rultab text, address text)
    returns stdaddr
    language plpgsql immutable strict
    as $$
        begin
            raise exception 'airlock stub: standardize_address() is not available on this server'
                using errcode = 'feature_not_supported';
        end
    $$;
create function parse_address(
    text, out num text, out street text, out street2 text, out address1 text, out city text,
    out state text, out zip text, out zipplus text, out country text
)
    returns record
    language plpgsql immutable strict
    as $$
        begin
            raise exception 'airlock stub: parse_address() is not available on this server'
                using errcode = 'feature_not_supported';
        end
    $$;
