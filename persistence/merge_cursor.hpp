// Streams that are walked through side by side.
#pragma once

#include "persistence/admin_session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace duroxide::persistence {

// Rows with one or more numbers that say what they belong to, in the order of these.
class merge_cursor {
public:
  using key_type = std::vector<std::uint64_t>;

  merge_cursor(std::unique_ptr<row_stream> rows, std::vector<const char*> key_columns)
      : rows_(std::move(rows)), key_columns_(std::move(key_columns)) {
    step();
  }

  // Calls `use` for each row of `key`; what comes before it belongs to nobody, and is passed over.
  void take(const key_type& key, const std::function<void(sql_row&)>& use) {
    for (; front_ && front_key_ <= key; step())
      if (front_key_ == key) use(*front_);
  }

private:
  void step() {
    front_ = rows_->next();
    front_key_.clear();
    if (!front_) return;
    for (const char* column : key_columns_) front_key_.push_back(front_->number(column));
  }

  std::unique_ptr<row_stream> rows_;
  std::vector<const char*> key_columns_;
  std::optional<sql_row> front_;
  key_type front_key_;
};

}  // namespace duroxide::persistence
