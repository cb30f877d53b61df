// The fields of filters: what they are called, how they are compared, and with which words.
#pragma once

#include "duroxide/filter.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace duroxide::detail {

// None for what is the name of a label.
std::optional<filter_field> filter_field_from(std::string_view name);
// Of a label: empty.
std::string_view name_of(filter_field field);
// All of them, with commas.
std::string filter_field_names();

bool has_comparison(filter_field field, filter_comparison how);
// For people.
std::string_view comparisons_of(filter_field field);

bool is_time(filter_field field);
bool is_counted_by(filter_field field);
// All that a field can be; empty: any text.
std::span<const std::string_view> filter_words_of(filter_field field);

}  // namespace duroxide::detail
