// The store that this program tries the conformance kit on.
#include "tests/persistence/conformance/kit.hpp"
#include "tests/support/postgres_schema.hpp"

namespace duroxide::conformance {

namespace {

class in_postgres final : public store_under_test {
public:
  std::shared_ptr<provider> open() override { return schema_.open(); }

private:
  testing_support::postgres_schema schema_;
};

}  // namespace

const std::vector<store_kind>& stores_under_test() {
  static const std::vector<store_kind> kinds{
      {"PostgreSQL", [] { return std::make_unique<in_postgres>(); }},
  };
  return kinds;
}

}  // namespace duroxide::conformance
