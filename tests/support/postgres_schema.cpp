#include "tests/support/postgres_schema.hpp"

#include "duroxide/postgres_provider.hpp"

#include <pqxx/pqxx>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace duroxide::testing_support {

std::string postgres_url() {
  const char* url = std::getenv("DUROXIDE_TEST_POSTGRES_URL");
  if (url == nullptr || *url == '\0')
    throw std::runtime_error("these tests need a PostgreSQL server: run them by tests/run, put "
                             "tests/support/postgres run in front of "
                             "the command, or set DUROXIDE_TEST_POSTGRES_URL");
  return url;
}

std::string run_sql(const std::string& sql) {
  pqxx::connection connection(postgres_url());
  pqxx::nontransaction statement(connection);
  statement.exec("set client_min_messages to error");
  const pqxx::result rows = statement.exec(sql);
  return rows.empty() || rows.columns() == 0 || rows[0][0].is_null() ? "" : rows[0][0].c_str();
}

postgres_schema::postgres_schema() {
  static std::atomic<int> made = 0;
  name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
  run_sql("drop schema if exists " + name_ + " cascade");
}

postgres_schema::~postgres_schema() {
  try {
    run_sql("drop schema if exists " + name_ + " cascade");
  } catch (const std::exception&) {
    // The server is a throw-away one.
  }
}

std::shared_ptr<provider> postgres_schema::open() const {
  return postgres_provider::connect_with_schema(postgres_url(), name_);
}

}  // namespace duroxide::testing_support
