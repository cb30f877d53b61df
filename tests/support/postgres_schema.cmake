# Schemas of a server that may live longer than a test.

# make_schema_url(NAME SCHEMA URL): a schema of one's own, and the URL of a store in it.
function(make_schema_url name schema url)
  set(server "$ENV{DUROXIDE_TEST_POSTGRES_URL}")
  if(server STREQUAL "")
    message(FATAL_ERROR "DUROXIDE_TEST_POSTGRES_URL is not set; tests/run starts a server and sets it")
  endif()
  string(RANDOM LENGTH 12 ALPHABET abcdefghijklmnopqrstuvwxyz letters)
  set(made "test_${name}_${letters}")
  if(server MATCHES "[?]")
    set(${url} "${server}&schema=${made}" PARENT_SCOPE)
  else()
    set(${url} "${server}?schema=${made}" PARENT_SCOPE)
  endif()
  set(${schema} "${made}" PARENT_SCOPE)
endfunction()

# That schema, and those beside it, whose names begin with its name.
function(drop_schemas schema)
  execute_process(COMMAND psql "$ENV{DUROXIDE_TEST_POSTGRES_URL}" -q -c "set client_min_messages = error" -c "
    do $$ declare found text; begin
      for found in select nspname from pg_namespace where starts_with(nspname, '${schema}') loop
        execute format('drop schema %I cascade', found);
      end loop;
    end $$" OUTPUT_QUIET)
endfunction()
