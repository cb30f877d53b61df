#include "tests/support/stores.hpp"

#include "duroxide/sqlite_provider.hpp"

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

test_store::test_store(std::string kind) : kind_(std::move(kind)) {}

std::shared_ptr<provider> test_store::open() {
  if (kind_ == "SQLite file") return sqlite_provider::open(folder_.file("test.db"));
  if (!in_memory_) in_memory_ = sqlite_provider::open_in_memory();
  return in_memory_;
}

std::vector<std::string> store_kinds() { return {"SQLite memory", "SQLite file"}; }

}  // namespace duroxide::testing_support
