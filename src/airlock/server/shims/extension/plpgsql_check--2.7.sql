do $stubs$
declare
    signature text;
begin
    foreach signature in array array[
        'plpgsql_check_function(funcoid regprocedure, relid regclass default 0, format text default ''text'', fatal_errors boolean default true, other_warnings boolean default true)',
        'plpgsql_check_function(name text, relid regclass default 0, format text default ''text'', fatal_errors boolean default true, other_warnings boolean default true)'
    ] loop
        execute format(
            'create function %s returns setof text language plpgsql as %L',
            signature,
            'begin raise exception ''airlock stub: plpgsql_check_function() is not available on this '
            'server'' using errcode = ''feature_not_supported''; end'
        );
    end loop;
end
$stubs$;
