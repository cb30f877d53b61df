// Reading another instance's key-value store: an activity that every runtime has.
#pragma once

#include "duroxide/detail/branch.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace duroxide::detail {

// Input: {"instance", "key"}. Output: "=" and the value, whatever its bytes are; empty if there is none.
inline constexpr std::string_view kv_read_activity = "duroxide::get_kv_value";

template <class T> class kv_read_branch final : public branch<std::optional<T>> {
public:
  explicit kv_read_branch(operation what) : read_(std::move(what)) {}

  void start(engine& owner, continuation on_settled) override { read_.start(owner, on_settled); }
  std::optional<T> take() override {
    std::string found = read_.take().text();
    if (found.empty()) return std::nullopt;
    return codec<T>::decode("the value of another instance's key", std::string_view(found).substr(1));
  }

private:
  operation_branch<json_text> read_;
};

}  // namespace duroxide::detail
