# Installs the build into a fresh prefix, then configures, builds and runs the consumer against it.
set(work "${BUILD_DIR}/package-test")
set(prefix "${work}/prefix")
file(REMOVE_RECURSE "${work}")

set(sanitize "")
if(SANITIZE)
  set(sanitize "-fsanitize=${SANITIZE}")
endif()

function(must_succeed)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed (${code}): ${ARGV}")
  endif()
endfunction()

must_succeed("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")

# The command line, with what belongs to it.
if(COMMAND_LINE)
  must_succeed("${prefix}/bin/duroxide" "--store" "sqlite:${work}/command.db" "init")
  must_succeed("${prefix}/bin/duroxide" "--store" "sqlite:${work}/command.db" "list")
  foreach(page "share/man/man1/duroxide.1" "share/bash-completion/completions/duroxide")
    if(NOT EXISTS "${prefix}/${page}")
      message(FATAL_ERROR "${page} is not installed")
    endif()
  endforeach()
endif()

function(must_build project)
  must_succeed("${CMAKE_COMMAND}" -S "${SOURCE_DIR}/${project}" -B "${work}/${project}" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${prefix}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}"
    "-DCMAKE_CXX_FLAGS=${sanitize}")
  must_succeed("${CMAKE_COMMAND}" --build "${work}/${project}")
endfunction()

must_build(consumer)
must_succeed("${work}/consumer/hello")

# A program mounts the HTTP door, and compiles neither Boost.Beast nor OpenSSL.
if(COMMAND_LINE)
  must_build(http_consumer)
  must_succeed("${work}/http_consumer/mounted")
endif()

# Nothing of what is for tests alone is in a program.
execute_process(COMMAND "${NM}" --demangle "${work}/consumer/hello" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
if(NOT symbols MATCHES "duroxide::sqlite_provider::")
  message(FATAL_ERROR "the symbols of the program cannot be read")
endif()
foreach(unwanted "simulated_store" "simulated::" "duroxide::testing::")
  string(FIND "${symbols}" "${unwanted}" place)
  if(NOT place EQUAL -1)
    string(SUBSTRING "${symbols}" ${place} 200 shown)
    message(FATAL_ERROR "the program contains what is for tests alone: ${shown}")
  endif()
endforeach()

# An author proves a store of his own: all laws are in his program, one that is broken is named, and no law is no proof.
must_build(store_author)
must_succeed("${work}/store_author/laws")
function(must_fail wanted)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE code)
  string(FIND "${output}" "${wanted}" place)
  if(code EQUAL 0 OR place EQUAL -1)
    message(FATAL_ERROR "no failure (${code}) that says '${wanted}': ${ARGN}\n${output}")
  endif()
endfunction()
must_fail("in a forgetful store" "${work}/store_author/forgetful_laws" "the inbox has what others sent*")
must_fail("No test" "${work}/store_author/laws" "[#no_such_laws]")

# A program that is built otherwise is told so by the linker.
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SOURCE_DIR}/consumer" -B "${work}/debug-containers" -G "${GENERATOR}"
  "-DCMAKE_PREFIX_PATH=${prefix}"
  "-DCMAKE_CXX_COMPILER=${COMPILER}"
  "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}"
  "-DCMAKE_CXX_FLAGS=${sanitize} -D_GLIBCXX_DEBUG" OUTPUT_QUIET)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${work}/debug-containers"
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE code)
if(code EQUAL 0 OR NOT output MATCHES "the_library_must_be_built_with_GLIBCXX_DEBUG_like_this_program")
  message(FATAL_ERROR "a program with _GLIBCXX_DEBUG is not told what is wrong (${code}): ${output}")
endif()
