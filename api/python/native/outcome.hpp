// What something that an orchestration awaited has given.
#pragma once

#include <duroxide/duroxide.hpp>
#include "api/python/native/failures.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace duroxide::python {

// How the failures and values of several branches become one Python value.
enum class joined_form {
  marked,     // {"ok": value} or {"err": text} for each
  unwrapped,  // value, or {"err": text}
};

class outcome {
public:
  using settled = result<outcome>;
  struct payload {
    std::string json;
  };
  // The value of a key, as text: a JSON string without its quotes, anything else as JSON.
  struct kv_text {
    std::optional<std::string> json;
  };
  struct joined {
    joined_form form;
    std::vector<settled> branches;
  };
  struct winner {
    std::size_t index;
    std::vector<settled> branch;  // one
  };
  struct settled_branch {
    std::vector<settled> branch;  // one
  };
  using value = std::variant<payload, shared_object, kv_text, joined, winner, settled_branch>;

  outcome(value what) : value_(std::move(what)) {}
  const value& get() const noexcept { return value_; }

private:
  value value_;
};

// A Python exception on its way through a coroutine of C++, from a helper generator to the code that awaits it.
class exception_of_helper : public error {
public:
  exception_of_helper(error_details details, shared_object exception)
      : error(std::move(details)), exception_(std::move(exception)) {}
  const shared_object& exception() const noexcept { return exception_; }

private:
  shared_object exception_;
};

// REQUIRE the GIL.
py::object to_python(const outcome& what);
py::object exception_of(const failure& why);

}  // namespace duroxide::python
