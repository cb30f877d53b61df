// A server that gives a user fewer connections than a provider would like to have.
#include "duroxide/duroxide.hpp"
#include "tests/persistence/postgres/kit.hpp"

#include <future>
#include <vector>

namespace laws_of_connection_limits {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::private_server;

namespace {

raw_session administrator() { return {private_server().url(), "public"}; }

// A user with a limit, which superusers would not have.
class limited_user {
public:
  explicit limited_user(int connections) {
    administrator().run("create role " + name_ + " login connection limit " + std::to_string(connections) +
                        "; grant create on database postgres to " + name_);
  }
  limited_user(const limited_user&) = delete;
  limited_user& operator=(const limited_user&) = delete;
  ~limited_user() { administrator().run("drop owned by " + name_ + " cascade; drop role " + name_); }

  const std::string& name() const { return name_; }
  std::string url() const {
    std::string url = private_server().url();
    return url.replace(url.find("duroxide@"), std::string("duroxide").size(), name_);
  }

private:
  std::string name_ = "user_of_" + new_schema();
};

}  // namespace

LAW("who finds all allowed connections in use waits for one of them") {
  limited_user user(4);
  const auto store = postgres_provider::connect_with_schema(user.url(), user.name());
  const admin operators(store);
  std::vector<std::future<std::size_t>> all;
  for (int i = 0; i < 16; ++i)
    all.push_back(std::async(std::launch::async, [&operators] {
      std::size_t found = 0;
      for (int round = 0; round < 10; ++round) found += operators.list_instances().instances.size();
      return found;
    }));
  for (auto& each : all) CHECK(each.get() == 0);
}

LAW("a refusal of connections says how many a provider uses") {
  limited_user user(0);
  try {
    postgres_provider::connect_with_schema(user.url(), user.name());
    FAIL("it was not refused");
  } catch (const infrastructure_error& e) {
    CHECK(e.kind() == error_kind::store_unavailable);
    CHECK_THAT(e.what(), Catch::Contains("A provider uses up to eleven connections"));
  }
}

LAW("what the server says of a commit comes without the text of our functions") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  raw_session beside = node.beside();
  beside.run("create function refuse() returns trigger language plpgsql as $$ begin "
             "raise 'no more rows' using errcode = '53100'; end $$");
  beside.run("create trigger refuse before insert on history for each row execute function refuse()");
  const auto refused = node.commit(turn_of("a", 3));
  REQUIRE(!refused);
  const std::string& text = refused.error().message;
  CHECK_THAT(text, Catch::Contains("no more rows"));
  CHECK_THAT(text, !Catch::Contains("CONTEXT"));
  CHECK(text.size() < 400);
}

}  // namespace laws_of_connection_limits
