// The lines of an export file, one after the other, with the first and the last one checked.
#pragma once

#include "persistence/transfer_format.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <istream>
#include <string>

namespace duroxide::persistence {

class transfer_reader {
public:
  // Goes to the beginning. Throws store_failure (invalid_argument) if it is no file of ours.
  explicit transfer_reader(std::istream& source);

  // False at the end of a whole file. Throws store_failure (invalid_argument).
  bool next();

  const std::string& line() const { return line_; }
  // What the line begins with, and the object behind it.
  const std::string& kind() const { return kind_; }
  const boost::json::object& members() const { return members_; }
  bool is_instance() const { return kind_ == instance_table().line; }

  std::uint64_t number() const { return number_; }

  // Says which line it was: this one, or the one with that number.
  [[noreturn]] void refuse(const std::string& reason) const { refuse(reason, number_); }
  [[noreturn]] void refuse(const std::string& reason, std::uint64_t number) const;

private:
  void read_line();

  std::istream& source_;
  std::string line_;
  std::string kind_;
  boost::json::object members_;
  std::uint64_t number_ = 0;
};

}  // namespace duroxide::persistence
