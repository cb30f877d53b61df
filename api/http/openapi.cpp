#include "api/http/openapi.hpp"

#include "duroxide/options.hpp"
#include "api/http/access.hpp"
#include "api/http/routes.hpp"
#include "api/operations/catalogue.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace duroxide::http {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object reference(std::string_view name) { return {{"$ref", "#/components/" + std::string(name)}}; }

object content(std::string_view type, value schema) { return {{type, {{"schema", std::move(schema)}}}}; }

object answer(std::string_view text) {
  return {{"description", text}, {"content", content("application/json", {{"type", "object"}})}};
}

object responses_of(const operations::operation& what) {
  object all{{"200", answer("The answer")}};
  if (what.name == "start") all["201"] = answer("An instance was started");
  if (what.name == "wait") all["202"] = answer("The time is up, and the instance has not ended");
  all["default"] = reference("responses/problem");
  return all;
}

// The schema of an argument that stands in the path; that of an actor is in two segments.
value schema_in_path(const object& properties, const std::string& name) {
  const value* found = properties.if_contains(name);
  return found ? *found : value{{"type", "string"}};
}

object parameter(std::string_view name, std::string_view place, value schema) {
  object all{{"name", name}, {"in", place}, {"required", place == "path"}};
  if (const value* text = schema.as_object().if_contains("description")) all["description"] = *text;
  schema.as_object().erase("description");
  all["schema"] = std::move(schema);
  return all;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The arguments that are not in the path.
object rest_of(object properties, const std::vector<std::string>& path) {
  for (const std::string& each : path) properties.erase(each);
  if (has(path, "kind")) properties.erase("actor");
  return properties;
}

array required_of(const object& schema, const object& properties, std::string_view operation) {
  array all;
  for (const value& each : schema.at("required").as_array()) {
    const bool has_key = operation == "start" && each == "id";  // which Idempotency-Key may be
    if (properties.contains(each.as_string()) && !has_key) all.push_back(each);
  }
  return all;
}

std::string query_name(const route& through, std::string_view name) {
  return argument_for(through, "wait") == name ? "wait" : std::string(name);
}

object idempotency_key() {
  return {{"name", "Idempotency-Key"},
          {"in", "header"},
          {"required", false},
          {"description", "what the same request is told by when it is sent again"},
          {"schema", {{"type", "string"}}}};
}

// The body and the parameters beside the path.
void add_arguments(object& to, array& parameters, const route& each, const object& schema) {
  const auto path = names_in(each.path);
  object rest = rest_of(schema.at("properties").as_object(), path);
  if (each.body == body_use::payload) {
    value payload = rest.at(each.payload);
    rest.erase(each.payload);
    to["requestBody"] = object{{"required", false}, {"content", content("application/json", payload)}};
  } else if (each.body == body_use::arguments) {
    const array required = required_of(schema, rest, each.operation);
    to["requestBody"] = object{
        {"required", !required.empty()},
        {"content", content("application/json",
                            object{{"type", "object"}, {"properties", rest}, {"required", required}})}};
    rest.clear();
  }
  for (const auto& [name, found] : rest)
    parameters.push_back(parameter(query_name(each, name), "query", found));
}

object operation_of(const route& each) {
  const operations::operation& what = *operations::find_operation(each.operation);
  const object schema = operations::schema_of(what);
  // A name of its own for each route.
  std::string id = what.name;
  if (names_in(each.path).size() > 1 && what.name == "kv") id += "-key";
  object all{{"operationId", id}, {"summary", what.summary}, {"tags", {what.group}}};
  if (!what.details.empty()) all["description"] = what.details;
  all["x-role"] = to_string(role_for(what.does));
  array parameters;
  for (const std::string& name : names_in(each.path))
    parameters.push_back(parameter(name, "path", schema_in_path(schema.at("properties").as_object(), name)));
  add_arguments(all, parameters, each, schema);
  if (each.operation == "start" || each.operation == "tell" || each.operation == "ask")
    parameters.push_back(idempotency_key());
  all["parameters"] = std::move(parameters);
  all["responses"] = responses_of(what);
  return all;
}

object components() {
  object document{{"type", "object"},
                  {"properties",
                   {{"title", {{"type", "string"}}},
                    {"status", {{"type", "integer"}}},
                    {"detail", {{"type", "string"}, {"description", "what is wrong, for people"}}},
                    {"kind", {{"type", "string"}, {"description", "what is wrong, for programs"}}},
                    {"parameter", {{"type", "string"}, {"description", "the argument that is wrong"}}},
                    {"column", {{"type", "integer"}, {"description", "where a filter is wrong"}}}}},
                  {"required", {"title", "status", "detail", "kind"}}};
  return {{"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}},
          {"schemas", {{"problem", std::move(document)}}},
          {"responses",
           {{"problem",
             {{"description", "It is refused, or has failed"},
              {"content", content("application/problem+json", reference("schemas/problem"))}}}}}};
}

std::string small(std::string_view method) {
  std::string word(method);
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

}  // namespace

object openapi_document() {
  object paths;
  for (const route& each : routes()) {
    value& path = paths[each.path];
    if (!path.is_object()) path.emplace_object();
    path.get_object()[small(each.method)] = operation_of(each);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "duroxide"},
            {"version", runtime_options{}.build_id},
            {"description", "What is in a store of durable orchestrations, and acting on it"}}},
          {"security", {object{{"token", array()}}, object()}},
          {"paths", std::move(paths)},
          {"components", components()}};
}

}  // namespace duroxide::http
