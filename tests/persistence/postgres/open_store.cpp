// A schema as a part of the URL.
#include "duroxide/open_store.hpp"

#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_open_store {

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

LAW("what looks like a schema within a password is a part of the password, and is not shown") {
  try {
    open_store("postgresql://u:a?schema=se&cret@localhost:1/d");
    FAIL("there is no server");
  } catch (const infrastructure_error& e) {
    CHECK(e.details().kind == error_kind::store_unavailable);
    CHECK_FALSE(has(e.what(), "cret"));
    CHECK_FALSE(has(e.what(), "schema se"));
  }
}

LAW("a schema in a URL that no schema can be called is refused") {
  CHECK_THROWS_AS(open_store(with_option(testing_support::private_server().url(), "schema=a\"b")), error);
}

}  // namespace laws_of_open_store
