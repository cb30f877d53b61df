// Which operation of the catalogue a method and a path mean.
#pragma once

#include "api/operations/operation.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::http {

// What the body of a request is.
enum class body_use : std::uint8_t {
  none,
  arguments,  // an object with arguments of the operation; may be missing if none is required
  payload,    // the payload of the operation, as it is; a missing one is null
};

struct route {
  std::string_view method;
  std::string_view path;  // "/v1/instances/{id}": what is in braces is an argument of the operation
  std::string_view operation;
  body_use body = body_use::none;
  std::string_view payload{};  // the parameter that the body is
};

// All of them; every operation that every door has is among them.
const std::vector<route>& routes();

// The arguments that a path gives, in its order.
using path_arguments = std::vector<std::pair<std::string, std::string>>;

struct routed {
  const route* found = nullptr;
  path_arguments given{};
  std::string allowed{};  // the methods of this path, as for the header Allow; empty: there is no such path
};

routed find_route(std::string_view method, const std::vector<std::string>& path);

// The names in braces.
std::vector<std::string> names_in(std::string_view path);

// Which argument a query of this name is: that of a wait is called `wait`, as others call it.
std::string_view argument_for(const route& through, std::string_view name);

}  // namespace duroxide::http
