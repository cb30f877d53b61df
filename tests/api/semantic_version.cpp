#include "duroxide/semantic_version.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/registry.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_semantic_version {

using namespace duroxide;

namespace {

semantic_version version(std::string_view text) { return semantic_version::parse(text); }

void add(registry& handlers, const std::vector<std::string>& versions) {
  for (const auto& each : versions)
    handlers.add_orchestration(
        "Checkout", version(each),
        [](orchestration_context, const std::string&) -> detail::branch_ptr<json_text> { return nullptr; });
}

std::string refusal(const std::vector<std::string>& versions) {
  registry handlers;
  try {
    add(handlers, versions);
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "accepted";
}

std::string found(const registry& handlers, const std::string& asked = {}) {
  const auto* handler = handlers.find_orchestration("Checkout", asked);
  return handler ? handler->version : "none";
}

}  // namespace

LAW("versions are ordered as semver.org says, whatever the size of their numbers") {
  const char* ascending[] = {"0.9.9",      "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta",
                             "1.0.0-beta", "1.0.0-beta.2",  "1.0.0-beta.11", "1.0.0-rc.1",
                             "1.0.0",      "1.0.9",         "1.0.1000",      "1.0.1001",
                             "1.1.0",      "1.999.0",       "1.1000.0",      "2.0.0",
                             "10.0.0",     "4294967296.0.0"};
  for (std::size_t i = 0; i < std::size(ascending); ++i)
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      INFO(ascending[i] << " and " << ascending[j]);
      CHECK((version(ascending[i]) < version(ascending[j])) == (i < j));
      CHECK((version(ascending[i]) == version(ascending[j])) == (i == j));
    }
}

LAW("a version is written as it was read") {
  for (const char* text : {"0.0.0", "1.2.3", "1.0.0-rc.1", "1.0.0-x-y.0", "18446744073709551615.0.0"})
    CHECK(version(text).text() == text);
}

LAW("what is no version is refused, and named") {
  for (const char* text :
       {"", "1", "1.0", "1.0.0.0", "v1.0.0", "1.0.0+build", "01.0.0", "1.0.x", "1..0", "-1.0.0", "1.0.0-",
        "1.0.0-a..b", "1.0.0-01", "1.0.0 ", "18446744073709551616.0.0"}) {
    INFO(text);
    CHECK_FALSE(semantic_version::is_valid(text));
    CHECK_THROWS_WITH(version(text), Catch::Contains("'" + std::string(text) + "' is no version"));
  }
}

LAW("the latest version is found unless a policy says another, each name for itself") {
  registry handlers;
  add(handlers, {"1.0.0", "1.9.0", "1.10.0"});
  CHECK(found(handlers) == "1.10.0");
  CHECK(found(handlers, "1.9.0") == "1.9.0");
  CHECK(found(handlers, "1.9.1") == "none");
  handlers.set_version_policy("Other", version_policy::exact(version("1.0.0")));
  CHECK(found(handlers) == "1.10.0");
  handlers.set_version_policy("Checkout", version_policy::exact(version("1.0.0")));
  CHECK(found(handlers) == "1.0.0");
  CHECK(found(handlers, "1.10.0") == "1.10.0");
  handlers.set_version_policy("Checkout", version_policy::exact(version("3.0.0")));
  CHECK(found(handlers) == "none");
  handlers.set_version_policy("Checkout", version_policy::latest());
  CHECK(found(handlers) == "1.10.0");
}

LAW("versions are registered in ascending order, once, and listed so") {
  registry handlers;
  add(handlers, {"1.0.0", "1.9.0", "1.10.0"});
  CHECK(handlers.versions("Checkout") == std::vector<std::string>{"1.0.0", "1.9.0", "1.10.0"});
  CHECK(handlers.versions("Unknown").empty());
  CHECK_THAT(refusal({"2.0.0", "1.0.0"}),
             Catch::Contains("'Checkout' version 1.0.0") && Catch::Contains("ascending order"));
  CHECK_THAT(refusal({"2.0.0", "2.0.0"}), Catch::Contains("'Checkout' version 2.0.0 is already registered"));
}

LAW("names that the library keeps to itself cannot be registered") {
  registry handlers;
  CHECK_THROWS_WITH(handlers.add_activity("duroxide::mine", activity_handler()),
                    Catch::Contains("'duroxide::'") && Catch::Contains("reserved"));
  CHECK(handlers.activity_names().empty());
}

}  // namespace laws_of_semantic_version
