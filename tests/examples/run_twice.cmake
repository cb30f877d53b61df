# Runs PROGRAM twice in the fresh FOLDER and compares what it prints with EXPECTED.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
string(REPLACE "\\n" "\n" EXPECTED "${EXPECTED}")
foreach(run IN ITEMS first second)
  execute_process(COMMAND "${PROGRAM}" WORKING_DIRECTORY "${FOLDER}" TIMEOUT 60
    RESULT_VARIABLE exit_code OUTPUT_VARIABLE printed ERROR_VARIABLE complaints)
  if(NOT exit_code EQUAL 0)
    message(FATAL_ERROR "the ${run} run ended with ${exit_code}: ${complaints}")
  endif()
  if(NOT printed STREQUAL EXPECTED)
    message(FATAL_ERROR "the ${run} run printed\n${printed}instead of\n${EXPECTED}")
  endif()
endforeach()
