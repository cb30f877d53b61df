# Runs a PROGRAM with ARGUMENTS that it must not take: it ends with 2, says what the expression SAYS matches, and
# shows nothing that SECRET matches, if that is given.
separate_arguments(arguments UNIX_COMMAND "${ARGUMENTS}")
execute_process(COMMAND "${PROGRAM}" ${arguments} TIMEOUT 50
  RESULT_VARIABLE exit_code OUTPUT_VARIABLE printed ERROR_VARIABLE complaints)
if(NOT exit_code EQUAL 2)
  message(FATAL_ERROR "it ended with ${exit_code} instead of 2: ${complaints}${printed}")
endif()
if(NOT "${complaints}${printed}" MATCHES "${SAYS}")
  message(FATAL_ERROR "it does not say '${SAYS}': ${complaints}${printed}")
endif()
if(SECRET AND "${complaints}${printed}" MATCHES "${SECRET}")
  message(FATAL_ERROR "it shows a secret: ${complaints}${printed}")
endif()
