// The program of the page stores.md.
#include "duroxide/conformance.hpp"

#include "guide/support.hpp"

namespace dx = duroxide;

// [store]
// Each law makes one of these, and finds it empty.
class file_store final : public dx::conformance::store_under_test {
public:
  // As another process would open it.
  std::shared_ptr<dx::provider> open() override { return dx::sqlite_provider::open(database_.path()); }

private:
  guide::temporary_database database_;
};

class private_store final : public dx::conformance::store_under_test {
public:
  std::shared_ptr<dx::provider> open() override { return dx::sqlite_provider::open_in_memory(); }
  bool is_shared() const override { return false; }
};
// [end]

// [laws]
int main(int argc, char** argv) {
  const std::vector<dx::conformance::store_kind> kinds{
      {"a file", [] { return std::make_unique<file_store>(); }},
      {"a database in memory", [] { return std::make_unique<private_store>(); }},
  };
  return dx::conformance::run(argc, argv, kinds);
}
// [end]
