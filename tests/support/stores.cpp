#include "tests/support/stores.hpp"

#include "duroxide/sqlite_provider.hpp"
#include "tests/support/postgres_schema.hpp"

#include <cstdlib>

namespace duroxide::testing_support {

temporary_folder::temporary_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "duroxide-test-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder can be made as " + pattern);
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

test_store::test_store(std::string kind) : kind_(std::move(kind)) {
  if (kind_ == "PostgreSQL") schema_ = std::make_unique<postgres_schema>();
}

test_store::~test_store() = default;

std::shared_ptr<provider> test_store::open() {
  if (kind_ == "SQLite file") return sqlite_provider::open(folder_.file("test.db"));
  if (schema_) return schema_->open();
  if (!in_memory_) in_memory_ = sqlite_provider::open_in_memory();
  return in_memory_;
}

std::string store_kind() {
  const char* asked = std::getenv("DUROXIDE_TEST_STORE");
  const std::string kind = asked ? asked : "SQLite file";
  if (kind != "SQLite file" && kind != "SQLite memory" && kind != "PostgreSQL")
    throw std::runtime_error("DUROXIDE_TEST_STORE is '" + kind +
                             "'; it is SQLite file, SQLite memory, or PostgreSQL");
  return kind;
}

}  // namespace duroxide::testing_support
