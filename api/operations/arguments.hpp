// The arguments of an operation, checked.
#pragma once

#include "duroxide/filter.hpp"
#include "api/operations/operation.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::operations {

// After construction everything that the operation requires is there, and everything that is there has its type; so the
// getters cannot fail. REQUIRES: the operation has a parameter of the name and the type that a getter is asked for.
class arguments {
public:
  // Throws configuration_error (invalid_argument) that names the argument, and filter_error.
  arguments(const operation& what, boost::json::object given);

  bool has(std::string_view name) const { return given_.contains(name); }
  std::string text(std::string_view name) const;  // of a choice and a file, too; empty if it is not there
  std::optional<std::string> optional_text(std::string_view name) const;
  std::uint64_t count(std::string_view name, std::uint64_t otherwise) const;
  bool flag(std::string_view name) const;
  std::optional<timestamp> time(std::string_view name) const;
  duroxide::filter filter(std::string_view name) const;  // everything if it is not there
  duration span(std::string_view name, duration otherwise) const;
  std::string payload(std::string_view name) const;             // JSON text; "null" if it is not there
  std::vector<std::string> texts(std::string_view name) const;  // of choices, too

private:
  boost::json::object given_;
  timestamp now_{};
};

// The value of an argument that a person has typed. Throws configuration_error (invalid_argument, invalid_payload) that
// names the parameter, and filter_error. For `texts` and `choices` it is one of the list.
boost::json::value value_from_text(const parameter& what, const std::string& text);

// Throws configuration_error (invalid_argument), also as filter_error, unless the value has the type of its parameter.
void check_value(const parameter& what, const boost::json::value& given);

}  // namespace duroxide::operations
