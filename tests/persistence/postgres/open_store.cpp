// A schema as a part of the URL.
#include "duroxide/open_store.hpp"

#include "tests/persistence/postgres/kit.hpp"

using namespace duroxide;
using namespace duroxide::persistence_tests;

LAW("a URL names the schema, wherever in its query it stands") {
  const std::string url = testing_support::private_server().url();
  REQUIRE(url.find('?') != std::string::npos);
  for (const bool last : {true, false}) {
    const std::string schema = new_schema();
    std::string with_schema = with_option(url, "schema=" + schema);
    if (!last)
      with_schema =
          url.substr(0, url.find('?') + 1) + "schema=" + schema + "&" + url.substr(url.find('?') + 1);
    CHECK(open_store(with_schema)->description().ends_with("schema " + schema));
  }
}

LAW("a schema in a URL that no schema can be called is refused") {
  CHECK_THROWS_AS(open_store(with_option(testing_support::private_server().url(), "schema=a\"b")), error);
}
