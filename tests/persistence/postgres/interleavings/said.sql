-- What the operations said that were committed. `done`: [{"at": n, "answer": what one of them said}, ...].
create function stage_breaks(done jsonb) returns table (kind text, what text) language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with said (at, answer) as materialized (
    select (d ->> 'at')::integer, d -> 'answer' from jsonb_array_elements(done) d),
  sent (at, "to", id, always) as materialized (
    select at, m ->> 'to', (m ->> 'id')::bigint, (m ->> 'always')::boolean
    from said, jsonb_path_query(answer, '$.sent[*]') m),
  born (at, id, key) as materialized (
    select at, b ->> 'id', (b ->> 'key')::bigint from said, jsonb_path_query(answer, '$.born[*]') b),
  gone (at, id) as materialized (
    select at, g #>> '{}' from said, jsonb_path_query(answer, '$.gone[*]') g),
-- What must hold: ../../interleavings/holds.sql.
  ;
end
$$;
