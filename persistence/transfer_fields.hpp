// The members of one line of an export file, as they are asked for.
#pragma once

#include "persistence/transfer_reader.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::persistence {

// Members throw store_failure (invalid_argument) with the line, the member and what is wrong with it.
class transfer_fields {
public:
  // No counter of ours gets so far, and every reader of JSON keeps such a number.
  static constexpr std::uint64_t most_counted = std::uint64_t{1} << 53U;
  static constexpr std::uint64_t most_in_a_row = std::numeric_limits<std::int32_t>::max();

  // REQUIRES: `line` and `table` outlive this object.
  transfer_fields(const transfer_reader& line, const transfer_table& table);

  std::string text(std::string_view name) const;
  std::optional<std::string> optional_text(std::string_view name) const;
  // What users may call an orchestration, a queue, ...
  std::string id(std::string_view name) const;
  std::optional<std::string> optional_id(std::string_view name) const;
  // The same for instances: children get longer ids than users may give, level by level.
  std::string instance_id(std::string_view name) const;
  std::uint64_t number(std::string_view name, std::uint64_t least, std::uint64_t most = most_counted) const;
  std::optional<std::uint64_t> optional_number(std::string_view name, std::uint64_t least) const;
  // When something was; not before 1970, nor after 9999, which no view could show.
  void moment(std::string_view name) const;
  std::optional<std::int64_t> optional_moment(std::string_view name) const;
  // Any point in time, or yes or no.
  void given(std::string_view name) const;
  // A word that `decode` knows.
  template <class Read> auto word(std::string_view name, Read decode) const {
    const std::string written = text(name);
    try {
      return decode(written);
    } catch (const std::exception& e) {
      refuse(name, "cannot be read: " + std::string(e.what()));
    }
  }
  void optional_error(std::string_view name) const;
  void optional_labels(std::string_view name) const;

  [[noreturn]] void refuse(std::string_view name, const std::string& reason) const;

private:
  std::string text_that(std::string_view name, void (*require)(std::string_view, std::string_view)) const;
  const sql_value& find(std::string_view name) const;

  const transfer_reader& line_;
  const transfer_table& table_;
  std::vector<sql_value> values_;
};

}  // namespace duroxide::persistence
