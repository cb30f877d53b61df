# Interrupts a run of the workload NAME that would take long, as Ctrl-C does, as soon as it has begun. It must end with
# 130, and with LINES lines of JSON, if that is given.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
set(schema "")
if(STORE STREQUAL "PostgreSQL")
  include("${CMAKE_CURRENT_LIST_DIR}/../support/postgres_schema.cmake")
  make_schema_url("${NAME}" schema store)
else()
  set(store "${STORE}")
endif()
execute_process(
  COMMAND bash -c [=[
    "$@" &
    until [[ -e figures.json ]]; do kill -0 $! || exit; sleep 0.02; done
    kill -INT $!
    wait $!
  ]=] interrupted "${PROGRAM}" --workload "${NAME}" --store "${store}" ${OPTIONS} --json figures.json
  WORKING_DIRECTORY "${FOLDER}" TIMEOUT 50
  RESULT_VARIABLE exit_code OUTPUT_VARIABLE printed ERROR_VARIABLE complaints)
if(schema)
  drop_schemas("${schema}")
endif()
if(NOT exit_code EQUAL 130)
  message(FATAL_ERROR "it ended with ${exit_code} instead of 130: ${complaints}${printed}")
endif()
file(STRINGS "${FOLDER}/figures.json" rows)
list(LENGTH rows count)
if(DEFINED LINES AND NOT count EQUAL LINES)
  message(FATAL_ERROR "${count} lines instead of ${LINES}: ${rows}")
endif()
foreach(row IN LISTS rows)
  string(JSON wrong GET "${row}" wrong)
  if(NOT wrong EQUAL 0)
    message(FATAL_ERROR "what was not waited for counts as wrong: ${row}")
  endif()
endforeach()
