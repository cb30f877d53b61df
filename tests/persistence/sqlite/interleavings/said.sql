-- What the operations said that were committed. ?1: [{"at": n, "answer": what one of them said}, ...].
with said (at, answer) as materialized (
  select d.value ->> 'at', d.value -> 'answer' from json_each(?1) d),
sent (at, "to", id, always) as materialized (
  select at, m.value ->> 'to', m.value ->> 'id', m.value ->> 'always' from said, json_each(answer, '$.sent') m),
born (at, id, key) as materialized (
  select at, b.value ->> 'id', b.value ->> 'key' from said, json_each(answer, '$.born') b),
gone (at, id) as materialized (select at, g.value from said, json_each(answer, '$.gone') g),
