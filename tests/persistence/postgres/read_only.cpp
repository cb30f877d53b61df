// A look at a schema that others use.
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_read_only {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using Catch::Contains;

namespace {

postgres_options for_reading() {
  postgres_options options;
  options.read_only = true;
  return options;
}

std::string url() { return testing_support::private_server().url(); }

}  // namespace

LAW("a schema that is opened for reading only is read beside its owner, and takes no writes") {
  const lone_node owner;
  const auto reader = postgres_provider::connect_with_schema(url(), owner.schema(), for_reading());
  REQUIRE(owner.outcome(first_turn("a")) == "committed");
  CHECK(reader->load("a").value().has_value());

  const auto posted = reader->post(event_for("a", "go"));
  REQUIRE_FALSE(posted.has_value());
  CHECK(posted.error().kind == error_kind::store_unavailable);
  CHECK_THAT(posted.error().message, Contains("without read_only"));
  CHECK_FALSE(reader->join({"n", {}, {}}).has_value());
}

LAW("for reading only, a schema is neither made nor migrated") {
  const std::string none = new_schema();
  CHECK_THAT(refusal(url(), none, for_reading()), Contains("there is no schema '" + none + "'"));
  raw_session beside(url(), "public");
  CHECK(beside.number("select count(*) from pg_namespace where nspname = '" + none + "'") == 0);

  const lone_node owner;
  owner.beside().run("delete from duroxide_migrations where version > 1");
  CHECK_THAT(refusal(url(), owner.schema(), for_reading()),
             Contains("has version 1") && Contains("opened for reading only"));
  CHECK(owner.beside().number("select max(version) from duroxide_migrations") == 1);
}

LAW("a standby can be read, and refuses a runtime") {
  const lone_node owner;
  REQUIRE(owner.outcome(first_turn("a")) == "committed");
  const testing_support::standby copy(testing_support::private_server());
  const auto reader = postgres_provider::connect_with_schema(copy.url(), owner.schema(), for_reading());
  CHECK(reader->load("a").value().has_value());
  CHECK(reader->administration().list({}).value().instances.size() == 1);
  CHECK_THAT(refusal(copy.url(), owner.schema()), Contains("the server is a standby"));
}

}  // namespace laws_of_read_only
