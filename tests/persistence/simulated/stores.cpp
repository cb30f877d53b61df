// The store that this program tries the conformance kit on.
#include "persistence/simulated/store.hpp"
#include "tests/persistence/conformance/kit.hpp"

namespace duroxide::conformance {

namespace {

class in_simulation final : public store_under_test {
public:
  std::shared_ptr<provider> open() override { return store_->connect(); }
  bool is_fork_sensitive() const override { return false; }

private:
  const std::shared_ptr<internal::simulated_store> store_ = internal::simulated_store::make();
};

}  // namespace

const std::vector<store_kind>& stores_under_test() {
  static const std::vector<store_kind> kinds{
      {"a simulated store", [] { return std::make_unique<in_simulation>(); }},
  };
  return kinds;
}

}  // namespace duroxide::conformance
