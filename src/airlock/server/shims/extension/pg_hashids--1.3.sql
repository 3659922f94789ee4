do $stubs$
declare
    stub record;
begin
    for stub in
        select *
        from (values
            ('id_encode(bigint)', 'text'), ('id_encode(bigint, text)', 'text'),
            ('id_encode(bigint, text, integer)', 'text'),
            ('id_encode(bigint, text, integer, text)', 'text'),
            ('id_encode(bigint[])', 'text'), ('id_encode(bigint[], text)', 'text'),
            ('id_encode(bigint[], text, integer)', 'text'),
            ('id_encode(bigint[], text, integer, text)', 'text'),
            ('id_decode(text)', 'bigint[]'), ('id_decode(text, text)', 'bigint[]'),
            ('id_decode(text, text, integer)', 'bigint[]'),
            ('id_decode(text, text, integer, text)', 'bigint[]'),
            ('id_decode_once(text)', 'bigint'), ('id_decode_once(text, text)', 'bigint'),
            ('id_decode_once(text, text, integer)', 'bigint'),
            ('id_decode_once(text, text, integer, text)', 'bigint')
        ) as s (signature, returns)
    loop
        execute format(
            'create function %s returns %s language plpgsql immutable strict as %L',
            stub.signature,
            stub.returns,
            format(
                'begin raise exception %L using errcode = ''feature_not_supported''; end',
                'airlock stub: ' || split_part(stub.signature, '(', 1)
                    || '() of pg_hashids is not available on this server'
            )
        );
    end loop;
end
$stubs$;
