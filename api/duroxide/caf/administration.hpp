// Administration for actors, which must not block.
#pragma once

#include "duroxide/admin.hpp"
#include "duroxide/caf/operations.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace duroxide {

namespace detail {

template <class T> struct administered_value {
  T operator()(messages::administered& answer) const {
    if constexpr (!std::is_void_v<T>) return std::move(*static_cast<T*>(answer.value.get()));
  }
};

}  // namespace detail

namespace op {

// Runs `work(const admin&)` on a thread of the client actor that may block, and answers with its result. What it throws
// is the error. One runs after another. When the time of the request is up, it is told so, and `work` goes on. The
// client actor must be in this process.
template <class Work> auto administer(Work work) {
  using answer = std::invoke_result_t<Work&, const admin&>;
  auto shared = std::make_shared<Work>(std::move(work));
  operation<messages::administer, detail::administered_value<answer>> made;
  made.message.run = [shared](const admin& store) -> std::shared_ptr<void> {
    if constexpr (std::is_void_v<answer>) {
      (*shared)(store);
      return nullptr;
    } else {
      return std::make_shared<answer>((*shared)(store));
    }
  };
  return made;
}

}  // namespace op

}  // namespace duroxide
