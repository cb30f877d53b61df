// What several views are made of.
#pragma once

#include "duroxide/time.hpp"
#include "api/cli/table.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace duroxide::cli {

// The member as printable text; empty if it is not there.
std::string member(const boost::json::object& from, std::string_view name);
std::optional<timestamp> time_in(const boost::json::object& from, std::string_view name);

// "2026-11-30 16:24:30 (3s ago)"; empty without a time.
std::string moment_in(const boost::json::object& from, std::string_view name);
// "3s"; empty without a time.
std::string age_in(const boost::json::object& from, std::string_view name);

cell status_cell(const boost::json::object& from);
cell number_cell(const boost::json::object& from, std::string_view name);

// "Order 1.0.0".
std::string code_in(const boost::json::object& from);
// "customer=Ada, tier=gold".
std::string labels_in(const boost::json::object& from);

// Names and values, one a line; those that are empty are left out.
class listing {
public:
  explicit listing(const terminal& to) : to_(to) {}

  void add(std::string_view name, const std::string& value, look how = look::plain);
  // Everything that is in an object; its objects are below their names.
  void add_all(const boost::json::object& all);

  std::string text() const;

private:
  struct line {
    std::string name;
    std::string value;
    look how = look::plain;
  };

  const terminal& to_;
  std::vector<line> lines_;
};

std::size_t width_for(const terminal& to);

// "3 instances".
std::string counted(std::uint64_t count, std::string_view noun);

// An array of objects, with all their members as columns.
std::string generic_table(const boost::json::array& rows, const terminal& to);

}  // namespace duroxide::cli
