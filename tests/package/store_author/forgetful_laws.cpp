// A store that breaks a law: it accepts what clients send, and does not keep it.
#include <duroxide/conformance.hpp>
#include <duroxide/sqlite_provider.hpp>

#include <forwarding_provider.hpp>

namespace dx = duroxide;

namespace {

class forgetful_store final : public dx::testing_support::forwarding_provider {
public:
  using forwarding_provider::forwarding_provider;
  dx::stored<dx::post_outcome> post(const dx::message&, const std::string&) override {
    return dx::post_outcome::accepted;
  }
};

class forgetful_store_in_memory final : public dx::conformance::store_under_test {
public:
  std::shared_ptr<dx::provider> open() override {
    return std::make_shared<forgetful_store>(dx::sqlite_provider::open_in_memory());
  }
  bool is_shared() const override { return false; }
};

}  // namespace

int main(int argc, char** argv) {
  return dx::conformance::run(
      argc, argv, {{"a forgetful store", [] { return std::make_unique<forgetful_store_in_memory>(); }}});
}
