# Interrupts a run that would take an hour, as Ctrl-C does.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(
  COMMAND timeout --foreground --preserve-status --signal=INT --kill-after=30 3
    "${PROGRAM}" --workload idle --store sqlite::memory: --seconds 3600 --json figures.json
  WORKING_DIRECTORY "${FOLDER}"
  RESULT_VARIABLE exit_code OUTPUT_VARIABLE printed ERROR_VARIABLE complaints)
if(NOT exit_code EQUAL 130)
  message(FATAL_ERROR "it ended with ${exit_code} instead of 130: ${complaints}${printed}")
endif()
file(STRINGS "${FOLDER}/figures.json" rows)
list(LENGTH rows count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "${count} lines instead of 1: ${rows}")
endif()
