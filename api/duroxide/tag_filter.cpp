#include "duroxide/tag_filter.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/names.hpp"

#include <algorithm>

namespace duroxide {

namespace {

constexpr std::size_t most_tags = 5;  // source: Duroxide (see limits.hpp)

std::vector<std::string> checked(std::vector<std::string> tags) {
  if (tags.empty() || tags.size() > most_tags)
    throw configuration_error(error_kind::invalid_argument, "a tag filter names one to " +
                                                                std::to_string(most_tags) + " tags, not " +
                                                                std::to_string(tags.size()));
  for (const std::string& tag : tags) require_valid_id("tag", tag);
  return tags;
}

}  // namespace

tag_filter tag_filter::tags(std::vector<std::string> accepted) {
  return {false, false, checked(std::move(accepted))};
}

tag_filter tag_filter::default_and(std::vector<std::string> accepted) {
  return {true, false, checked(std::move(accepted))};
}

bool tag_filter::matches(const std::optional<std::string>& tag) const {
  if (!tag) return untagged_;
  return any_ || std::ranges::find(tags_, *tag) != tags_.end();
}

}  // namespace duroxide
