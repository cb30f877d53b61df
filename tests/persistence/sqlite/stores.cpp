// The stores that this program tries the conformance kit on.
#include "duroxide/sqlite_provider.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

namespace duroxide::conformance {

namespace {

class sqlite_file final : public store_under_test {
public:
  std::shared_ptr<provider> open() override { return sqlite_provider::open(folder_.file("test.db")); }

private:
  persistence_tests::temporary_folder folder_;
};

class sqlite_memory final : public store_under_test {
public:
  std::shared_ptr<provider> open() override { return sqlite_provider::open_in_memory(); }
  bool is_shared() const override { return false; }
};

}  // namespace

const std::vector<store_kind>& stores_under_test() {
  static const std::vector<store_kind> kinds{
      {"an SQLite file", [] { return std::make_unique<sqlite_file>(); }},
      {"SQLite in memory", [] { return std::make_unique<sqlite_memory>(); }},
  };
  return kinds;
}

}  // namespace duroxide::conformance
