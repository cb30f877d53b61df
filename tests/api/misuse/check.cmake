# Compiles SOURCE. Its first line says what must come of it: "// expect: nothing" must compile without a warning,
# "// expect: PHRASE" must not compile, and the compiler must say PHRASE. g++ and Clang may have a phrase each:
# "// expect: PHRASE | PHRASE".
file(STRINGS "${SOURCE}" first LIMIT_COUNT 1)
if(NOT first MATCHES "^// expect: (.+)$")
  message(FATAL_ERROR "${SOURCE} does not begin with // expect:")
endif()
set(expected "${CMAKE_MATCH_1}")

string(REPLACE "|" ";" includes "${INCLUDES}")
list(TRANSFORM includes PREPEND "-I")
# The compiler must not translate its messages, nor dress them up.
set(ENV{LC_ALL} C)
execute_process(COMMAND "${COMPILER}" -std=c++20 -fsyntax-only -Wall -Wextra -Werror -fdiagnostics-color=never
    "-I${ROOT}" ${includes} "${SOURCE}"
  RESULT_VARIABLE code ERROR_VARIABLE output OUTPUT_VARIABLE output)

if(expected STREQUAL "nothing")
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "must compile, but:\n${output}")
  endif()
  return()
endif()
if(code EQUAL 0)
  message(FATAL_ERROR "must not compile, but it does")
endif()
string(REPLACE " | " ";" phrases "${expected}")
foreach(phrase IN LISTS phrases)
  string(FIND "${output}" "${phrase}" place)
  if(NOT place EQUAL -1)
    return()
  endif()
endforeach()
message(FATAL_ERROR "the compiler must say '${expected}', but it says:\n${output}")
