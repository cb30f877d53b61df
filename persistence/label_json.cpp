#include "persistence/label_json.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace duroxide::persistence {

namespace json = boost::json;

std::optional<std::string> labels_to_json(const std::vector<label>& labels) {
  if (labels.empty()) return std::nullopt;
  std::vector<const label*> by_name;
  for (const auto& each : labels) by_name.push_back(&each);
  std::ranges::sort(by_name, {}, &label::name);
  json::object object;
  for (const label* each : by_name) object.emplace(each->name, json::string(each->value));
  return json::serialize(object);
}

std::vector<label> labels_from_json(const std::optional<std::string>& text) {
  std::vector<label> labels;
  if (!text) return labels;
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  const json::value parsed = json::parse(*text, json::storage_ptr(), options);
  for (const auto& [name, value] : parsed.as_object())
    labels.push_back({std::string(name), std::string(value.as_string())});
  std::ranges::sort(labels, {}, &label::name);
  return labels;
}

}  // namespace duroxide::persistence
