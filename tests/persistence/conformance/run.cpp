// The entrance for programs of authors. Catch2 2 expands its implementation here; Catch2 3 ignores the macro.
#define CATCH_CONFIG_RUNNER
#include "duroxide/conformance.hpp"
#include "duroxide/errors.hpp"
#include "tests/persistence/conformance/kit.hpp"

#include <utility>

namespace duroxide::conformance {

namespace {

std::vector<store_kind>& given_kinds() {
  static std::vector<store_kind> kinds;
  return kinds;
}

}  // namespace

const std::vector<store_kind>& stores_under_test() { return given_kinds(); }

int run(int argc, char** argv, std::vector<store_kind> kinds) {
  if (kinds.empty())
    throw configuration_error(error_kind::invalid_argument, "the laws of stores are given no store to try");
  given_kinds() = std::move(kinds);
  Catch::Session session;
  session.configData().filenamesAsTags = true;
#if CATCH_VERSION_MAJOR == 2
  // Version 3 does so by itself.
  session.configData().warnings = Catch::WarnAbout::NoTests;
#endif
  return session.run(argc, argv);
}

}  // namespace duroxide::conformance
