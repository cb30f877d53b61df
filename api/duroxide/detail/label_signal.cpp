#include "duroxide/detail/label_signal.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/names.hpp"

#include <boost/json.hpp>

#include <exception>

namespace duroxide::detail {

namespace {

std::string text_in(const boost::json::object& all, std::string_view member) {
  return std::string(all.at(member).as_string());
}

}  // namespace

std::string to_text(const label_change& change) {
  boost::json::object all{{"name", change.wanted.name}};
  if (!change.is_removed) {
    all["type"] = to_string(change.wanted.type);
    all["value"] = change.wanted.value;
  }
  return boost::json::serialize(all);
}

std::optional<label_change> label_change_from(std::string_view text) {
  try {
    const auto parsed = boost::json::parse(text);
    const boost::json::object& all = parsed.as_object();
    label_change change;
    change.wanted.name = text_in(all, "name");
    change.is_removed = !all.contains("value");
    if (change.is_removed) {
      require_valid_id("label", change.wanted.name);
      return change;
    }
    change.wanted.value = text_in(all, "value");
    change.wanted.type = label_type_from(text_in(all, "type"));
    require_valid_label(change.wanted);
    return change;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace duroxide::detail
