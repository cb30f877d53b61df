// Runs, their stores, and what is in these.
#include "duroxide/admin.hpp"
#include "duroxide/client.hpp"
#include "bench/floor.hpp"
#include "bench/leftovers.hpp"
#include "bench/local_node.hpp"
#include "bench/open_store.hpp"
#include "bench/postgres_url.hpp"
#include "bench/workload.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/postgres_schema.hpp"

#include <memory>
#include <string>

using namespace duroxide;
using namespace duroxide::bench;

namespace {

std::shared_ptr<provider> open(const store_request& request) { return bench::open_store(request); }

void start_one(const std::shared_ptr<provider>& store) {
  client(store).start({"Nobody", "nobody-1", "1", {}});
}

bool is_empty(const std::shared_ptr<provider>& store) {
  return admin(store).list_instances().instances.empty();
}

}  // namespace

LAW("more instances at once than a runtime takes requests all end right") {
  runtime_options options;
  options.client_request_limit = 2;
  const workload work = hello();
  local_node node(work, open({"sqlite::memory:"}), options);
  const figures row = node.run({50, 0, std::nullopt});
  CHECK(row.ok == 50);
  CHECK(row.wrong == 0);
}

LAW("unfinished instances of a store are seen") {
  const auto store = open({"sqlite::memory:"});
  CHECK_FALSE(has_unfinished_instances(store));
  start_one(store);
  CHECK(has_unfinished_instances(store));
}

LAW("a store beside another one is another one, and keeps its kind") {
  CHECK(url_beside("sqlite::memory:", "_b") == "sqlite::memory:");
  CHECK(url_beside("sqlite:a.db", "_b") == "sqlite:a.db_b");
  CHECK(url_beside("postgresql://u:schema=p@h/d?schema=a&x=1", "_b") ==
        "postgresql://u:schema=p@h/d?x=1&schema=a_b");
}

LAW("a fresh store in a schema that its URL names is empty") {
  const testing_support::postgres_schema schema;
  const std::string url = with_schema(testing_support::postgres_url(), schema.name());
  start_one(open({url}));
  CHECK_FALSE(is_empty(open({url})));
  CHECK(is_empty(open({url, true})));
}

LAW("a schema of something else than a store is not deleted") {
  const testing_support::postgres_schema schema;
  testing_support::run_sql("create schema if not exists " + schema.name());
  testing_support::run_sql("create table " + schema.name() + ".precious (id integer)");
  const std::string url = with_schema(testing_support::postgres_url(), schema.name());
  CHECK_THROWS_AS(open({url, true}), configuration_error);
  CHECK(testing_support::run_sql("select count(*) from " + schema.name() + ".precious") == "0");
}

LAW("rows are written to a store of a known kind only") {
  CHECK_THROWS_AS(floor_commits_per_second("/tmp/typo.db", 1), configuration_error);
}
