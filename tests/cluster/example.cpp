// The example of several nodes does what it says.
#include "tests/examples/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres_schema.hpp"
#include "tests/support/stores.hpp"

namespace duroxide::cluster_tests {
namespace {

using namespace testing_support;
using std::chrono_literals::operator""s;

// What the demonstration on this store printed, if it ended well.
std::string demonstration(const std::string& url) {
  const temporary_folder folder;
  const std::string log = folder.file("log");
  running_program demo({CLUSTER_EXAMPLE, url, "demo"}, log);
  const bool ended = eventually([&] { return demo.ended(); }, 60s);
  const std::string printed = read_file(log);
  if (!ended) FAIL("it does not end: " << printed);
  INFO(printed);
  CHECK(demo.exit_code() == 0);
  return printed;
}

const std::string last_line = "120 of 120 orders done, every result right\n";

LAW("the demonstration loses a node and no order, on PostgreSQL") {
  const postgres_schema schema;
  const char separator = postgres_url().find('?') == std::string::npos ? '?' : '&';
  CHECK_THAT(demonstration(postgres_url() + separator + "schema=" + schema.name()),
             Catch::EndsWith(last_line));
}

LAW("the demonstration loses the owner of the shards and no order, on an SQLite file") {
  const temporary_folder folder;
  CHECK_THAT(demonstration("sqlite:" + folder.file("cluster.db")), Catch::EndsWith(last_line));
}

LAW("bad arguments get the usage, and status 2") {
  const temporary_folder folder;
  const std::string store = "sqlite:" + folder.file("cluster.db");
  const std::vector<std::vector<std::string>> commands{
      {},
      {store},
      {store, "dance"},
      {store, "node"},
      {store, "drive", "0"},
      {store, "drive", "many"},
      {store, "demo", "again"},
      {std::string("sqlite::memory:"), "demo"},
      {std::string("cluster.db"), "drive"},
  };
  for (const std::vector<std::string>& each : commands) {
    std::vector<std::string> command;
    command.emplace_back(CLUSTER_EXAMPLE);
    command.insert(command.end(), each.begin(), each.end());
    const program_result ended = run_program(command);
    CHECK(ended.exit_code == 2);
    CHECK_THAT(ended.output, Catch::Contains("cluster STORE node NAME"));
  }
}

}  // namespace
}  // namespace duroxide::cluster_tests
