// The stores that end-to-end tests run on, each by its name.
#pragma once

#include "duroxide/provider.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::testing_support {

// A folder that is gone with this object.
class temporary_folder {
public:
  temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder();

  std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

class postgres_schema;

// What DUROXIDE_TEST_STORE says: "SQLite file" (also if it is not set), "SQLite memory", or "PostgreSQL". The
// end-to-end tests are run once for each of them.
std::string store_kind();

// One store that lives as long as this object, however many runtimes come and go.
class test_store {
public:
  explicit test_store(std::string kind = store_kind());
  ~test_store();

  const std::string& kind() const { return kind_; }
  // The store as a newly started process would open it. In memory: the same object again.
  std::shared_ptr<provider> open();

private:
  std::string kind_;
  temporary_folder folder_;
  std::shared_ptr<provider> in_memory_;
  std::unique_ptr<postgres_schema> schema_;
};

}  // namespace duroxide::testing_support
