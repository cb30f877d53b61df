#include "persistence/label_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <variant>

namespace duroxide::persistence {

namespace json = boost::json;

namespace {

json::value json_of(const label& each) {
  if (each.type == label_type::text) return json::string(each.value);
  return json::object{{to_string(each.type), json::string(each.value)}};
}

label label_from(std::string_view name, const json::value& value) {
  label found{std::string(name), {}};
  if (const auto* text = value.if_string()) {
    found.value = std::string(*text);
    return found;
  }
  const auto& typed = value.as_object();
  if (typed.size() != 1) throw std::invalid_argument("a label has one value");
  found.type = label_type_from(typed.begin()->key());
  if (found.type == label_type::text) throw std::invalid_argument("a text is written without its type");
  found.value = std::string(typed.begin()->value().as_string());
  value_of(found);
  return found;
}

}  // namespace

std::optional<std::string> labels_to_json(const std::vector<label>& labels) {
  if (labels.empty()) return std::nullopt;
  std::vector<const label*> by_name;
  for (const auto& each : labels) by_name.push_back(&each);
  std::ranges::sort(by_name, {}, &label::name);
  json::object object;
  for (const label* each : by_name) object.emplace(each->name, json_of(*each));
  return json::serialize(object);
}

std::optional<double> number_of(const label_value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  if (const auto* time = std::get_if<timestamp>(&value))
    return static_cast<double>(time->time_since_epoch().count());
  return std::nullopt;
}

std::optional<std::string> label_rows_to_json(const std::vector<label>& labels) {
  if (labels.empty()) return std::nullopt;
  json::array rows;
  for (const label& each : labels) {
    const auto number = number_of(value_of(each));
    rows.push_back(json::array{json::string(each.name), json::string(to_string(each.type)),
                               json::string(each.value), number ? json::value(*number) : json::value()});
  }
  return json::serialize(rows);
}

void add_label_changes(std::string& all, std::int32_t turn, const std::vector<label_change>& changes) {
  for (const label_change& each : changes) {
    json::array row{turn, json::string(each.wanted.name)};
    if (each.is_removed) {
      row.insert(row.end(), {nullptr, nullptr, nullptr});
    } else {
      const auto number = number_of(value_of(each.wanted));
      row.insert(row.end(), {json::string(to_string(each.wanted.type)), json::string(each.wanted.value),
                             number ? json::value(*number) : json::value()});
    }
    if (all.empty())
      all = "[";
    else
      all.back() = ',';
    all += json::serialize(row) + "]";
  }
}

std::vector<label> labels_from_json(const std::optional<std::string>& text) {
  std::vector<label> labels;
  if (!text) return labels;
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  const json::value parsed = json::parse(*text, json::storage_ptr(), options);
  for (const auto& [name, value] : parsed.as_object()) labels.push_back(label_from(name, value));
  std::ranges::sort(labels, {}, &label::name);
  return labels;
}

}  // namespace duroxide::persistence
