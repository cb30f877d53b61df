// Catch2 2 expands its main here; Catch2 3 links one (Catch2WithMain) and ignores the macro.
#define CATCH_CONFIG_MAIN
#include "tests/support/catch.hpp"
