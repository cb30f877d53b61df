// The PostgreSQL server that tests use, and schemas on it.
#pragma once

#include "duroxide/provider.hpp"

#include <memory>
#include <string>

namespace duroxide::testing_support {

// DUROXIDE_TEST_POSTGRES_URL. Throws std::runtime_error that says how to get one if it is not set: no test is
// passed over because of it.
std::string postgres_url();

// Runs SQL on the test server, outside of any provider, and gives the first column of the first row.
std::string run_sql(const std::string& sql);

// A schema with a name of its own; it is dropped with this object.
class postgres_schema {
public:
  postgres_schema();
  postgres_schema(const postgres_schema&) = delete;
  postgres_schema& operator=(const postgres_schema&) = delete;
  ~postgres_schema();

  const std::string& name() const { return name_; }
  // Another provider object on it, as another process would make one.
  std::shared_ptr<provider> open() const;

private:
  std::string name_;
};

}  // namespace duroxide::testing_support
