#include "api/operations/catalogue.hpp"

#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duroxide::operations {

namespace {

std::vector<operation> all_groups() {
  std::vector<operation> all;
  for (auto* group : {store_operations, instance_operations, signal_operations, rewind_operations,
                      cleanup_operations, transfer_operations})
    std::ranges::move(group(), std::back_inserter(all));
  return all;
}

boost::json::array names_of(const std::vector<std::string>& choices) {
  boost::json::array all;
  for (const std::string& each : choices) all.emplace_back(each);
  return all;
}

boost::json::object schema_of(const parameter& each) {
  boost::json::object schema;
  switch (each.type) {
  case value_type::count: schema = {{"type", "integer"}, {"minimum", 0}}; break;
  case value_type::flag: schema = {{"type", "boolean"}}; break;
  case value_type::payload: break;
  case value_type::choice: schema = {{"type", "string"}, {"enum", names_of(each.choices)}}; break;
  case value_type::choices:
    schema = {{"type", "array"}, {"items", {{"type", "string"}, {"enum", names_of(each.choices)}}}};
    break;
  case value_type::texts: schema = {{"type", "array"}, {"items", {{"type", "string"}}}}; break;
  default: schema = {{"type", "string"}};
  }
  schema["description"] = each.otherwise.empty() ? each.help : each.help + "; default: " + each.otherwise;
  return schema;
}

}  // namespace

session open_session(const std::shared_ptr<provider>& store) {
  return {duroxide::client(store), duroxide::admin(store), store->description()};
}

std::string_view to_string(effect does) {
  if (does == effect::reads) return "reads";
  return does == effect::changes ? "changes" : "destroys";
}

const std::vector<operation>& catalogue() {
  static const std::vector<operation> all = all_groups();
  return all;
}

const operation* find_operation(std::string_view name) {
  const auto& all = catalogue();
  const auto found = std::ranges::find(all, name, &operation::name);
  return found == all.end() ? nullptr : &*found;
}

boost::json::value run(const operation& what, const session& where, boost::json::object given) {
  return what.run(where, arguments(what, std::move(given)));
}

boost::json::object schema_of(const operation& what) {
  boost::json::object properties;
  boost::json::array required;
  for (const parameter& each : what.parameters) {
    properties[each.name] = schema_of(each);
    if (each.given == presence::required) required.emplace_back(each.name);
  }
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

}  // namespace duroxide::operations
