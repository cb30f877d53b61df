// A store that keeps the laws.
#include <duroxide/conformance.hpp>
#include <duroxide/sqlite_provider.hpp>

#include <forwarding_provider.hpp>

namespace dx = duroxide;

namespace {

class thin_store final : public dx::testing_support::forwarding_provider {
public:
  using forwarding_provider::forwarding_provider;
  std::string description() const override { return "thin: " + inner_->description(); }
};

class thin_store_in_memory final : public dx::conformance::store_under_test {
public:
  std::shared_ptr<dx::provider> open() override {
    return std::make_shared<thin_store>(dx::sqlite_provider::open_in_memory());
  }
  bool is_shared() const override { return false; }
};

}  // namespace

int main(int argc, char** argv) {
  return dx::conformance::run(argc, argv,
                              {{"a thin store", [] { return std::make_unique<thin_store_in_memory>(); }}});
}
