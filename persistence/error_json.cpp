#include "persistence/error_json.hpp"

#include <boost/json.hpp>

namespace duroxide::persistence {

namespace {

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto& text = object.at(boost::json::string_view(key.data(), key.size())).as_string();
  return {text.data(), text.size()};
}

std::string text_if_given(const boost::json::object& object, std::string_view key) {
  return object.contains(boost::json::string_view(key.data(), key.size())) ? text_of(object, key)
                                                                           : std::string();
}

boost::json::string to_json(std::string_view text) { return boost::json::string(text.data(), text.size()); }

}  // namespace

std::optional<std::string> error_to_json(const std::optional<error_details>& error) {
  if (!error) return std::nullopt;
  boost::json::object object{{"category", to_json(to_string(error->category))},
                             {"kind", to_json(to_string(error->kind))},
                             {"message", to_json(error->message)},
                             {"source", to_json(error->source)}};
  if (!error->retryable) object["retryable"] = false;
  if (!error->type.empty()) object["type"] = to_json(error->type);
  if (!error->stack.empty()) object["stack"] = to_json(error->stack);
  return boost::json::serialize(object);
}

error_details error_from_json(std::string_view json) {
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  const auto parsed = boost::json::parse(boost::json::string_view(json.data(), json.size()),
                                         boost::json::storage_ptr(), options);
  const auto& object = parsed.as_object();
  const auto* retryable = object.if_contains("retryable");
  return {error_category_from(text_of(object, "category")),
          error_kind_from(text_of(object, "kind")),
          text_of(object, "message"),
          text_of(object, "source"),
          retryable == nullptr || retryable->as_bool(),
          text_if_given(object, "type"),
          text_if_given(object, "stack")};
}

std::string names_to_json(const std::vector<std::string>& names) {
  boost::json::array array;
  for (const auto& name : names) array.emplace_back(to_json(name));
  return boost::json::serialize(array);
}

}  // namespace duroxide::persistence
