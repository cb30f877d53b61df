// Selects, by tag, the activities that the workers of a runtime accept.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace duroxide {

class tag_filter {
public:
  // Activities without a tag.
  static tag_filter default_only() { return {true, false, {}}; }
  // Activities with one of these tags, and no others. One to five tags of 1 to 256 bytes; configuration_error
  // (invalid_argument) otherwise.
  static tag_filter tags(std::vector<std::string> accepted);
  // Activities without a tag, or with one of these; as tags().
  static tag_filter default_and(std::vector<std::string> accepted);
  // Every activity.
  static tag_filter any() { return {true, true, {}}; }
  // No activity.
  static tag_filter none() { return {false, false, {}}; }

  bool matches(const std::optional<std::string>& tag) const;

  bool accepts_untagged() const noexcept { return untagged_; }
  bool accepts_any_tag() const noexcept { return any_; }
  const std::vector<std::string>& accepted_tags() const noexcept { return tags_; }
  bool accepts_nothing() const noexcept { return !untagged_ && !any_ && tags_.empty(); }

private:
  tag_filter(bool untagged, bool any, std::vector<std::string> tags)
      : untagged_(untagged), any_(any), tags_(std::move(tags)) {}

  bool untagged_;
  bool any_;
  std::vector<std::string> tags_;
};

}  // namespace duroxide
