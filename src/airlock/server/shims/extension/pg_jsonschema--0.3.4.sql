-- Keywords that are not here are taken as fulfilled: $ref, format, dependencies, if/then/else,
-- unevaluated*, patternProperties, contains.
create function jsonb_matches_schema(schema json, instance jsonb) returns boolean
    language plpgsql immutable strict parallel safe
    as $$
        declare
            rules constant jsonb := schema;
            kind constant text := jsonb_typeof(instance);
            number numeric;
        begin
            if rules in ('true', 'false') then
                return rules::boolean;
            end if;
            if rules ? 'const' and instance is distinct from rules -> 'const'
                or rules ? 'enum' and not rules -> 'enum' @> jsonb_build_array(instance) then
                return false;
            end if;
            if rules ? 'type' and not (
                case jsonb_typeof(rules -> 'type')
                    when 'array' then rules -> 'type'
                    else jsonb_build_array(rules -> 'type')
                end ?| case
                    when kind = 'number' and instance::numeric % 1 = 0 then array['number', 'integer']
                    else array[kind]
                end
            ) then
                return false;
            end if;
            if kind = 'number' then
                number := instance;
                if number < (rules ->> 'minimum')::numeric
                    or number > (rules ->> 'maximum')::numeric
                    or number <= (rules ->> 'exclusiveMinimum')::numeric
                    or number >= (rules ->> 'exclusiveMaximum')::numeric
                    or number % (rules ->> 'multipleOf')::numeric <> 0 then
                    return false;
                end if;
            elsif kind = 'string' then
                if length(instance #>> '{}') < (rules ->> 'minLength')::numeric
                    or length(instance #>> '{}') > (rules ->> 'maxLength')::numeric
                    or instance #>> '{}' !~ (rules ->> 'pattern') then
                    return false;
                end if;
            elsif kind = 'array' then
                if jsonb_array_length(instance) < (rules ->> 'minItems')::numeric
                    or jsonb_array_length(instance) > (rules ->> 'maxItems')::numeric
                    or rules -> 'uniqueItems' = 'true' and exists (
                        select from jsonb_array_elements(instance) as e group by e having count(*) > 1
                    )
                    or jsonb_typeof(rules -> 'items') = 'object' and exists (
                        select
                        from jsonb_array_elements(instance) as e
                        where not @extschema@.jsonb_matches_schema((rules -> 'items')::json, e)
                    ) then
                    return false;
                end if;
            elsif kind = 'object' then
                if not instance ?& array(select jsonb_array_elements_text(rules -> 'required'))
                    or exists (
                        select
                        from jsonb_each(rules -> 'properties') p
                        where instance ? p.key
                          and not @extschema@.jsonb_matches_schema(p.value::json, instance -> p.key)
                    )
                    or rules ? 'additionalProperties' and not rules ? 'patternProperties' and exists (
                        select
                        from jsonb_each(instance) p
                        where not coalesce(rules -> 'properties', '{}') ? p.key
                          and not @extschema@.jsonb_matches_schema(
                              (rules -> 'additionalProperties')::json, p.value
                          )
                    )
                    or (select count(*) from jsonb_object_keys(instance))
                        < (rules ->> 'minProperties')::numeric
                    or (select count(*) from jsonb_object_keys(instance))
                        > (rules ->> 'maxProperties')::numeric then
                    return false;
                end if;
            end if;
            return not (
                rules ? 'not' and @extschema@.jsonb_matches_schema((rules -> 'not')::json, instance)
                or rules ? 'allOf' and exists (
                    select
                    from jsonb_array_elements(rules -> 'allOf') as s
                    where not @extschema@.jsonb_matches_schema(s::json, instance)
                )
                or rules ? 'anyOf' and not exists (
                    select
                    from jsonb_array_elements(rules -> 'anyOf') as s
                    where @extschema@.jsonb_matches_schema(s::json, instance)
                )
                or rules ? 'oneOf' and 1 <> (
                    select count(*)
                    from jsonb_array_elements(rules -> 'oneOf') as s
                    where @extschema@.jsonb_matches_schema(s::json, instance)
                )
            );
        end
    $$;
create function json_matches_schema(schema json, instance json) returns boolean
    language sql immutable strict parallel safe
    return jsonb_matches_schema(schema, instance::jsonb);
create function jsonschema_is_valid(schema json) returns boolean
    language sql immutable strict parallel safe
    return json_typeof(schema) in ('object', 'boolean');
create function jsonschema_validation_errors(schema json, instance json) returns text[]
    language sql immutable strict parallel safe
    return case
        when json_matches_schema(schema, instance) then '{}'::text[]
        else array['airlock stub: the instance does not match the schema']
    end;
