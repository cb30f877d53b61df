#include "api/http/masking.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace duroxide::http {

namespace {

using boost::json::value;

constexpr std::array<std::string_view, 5> payloads{"input", "output", "payload", "value", "answer"};
// Problems and errors that quote payloads, to say what does not fit, and where they do.
constexpr std::array<std::string_view, 5> quoting{"mismatch", "cannot_load", "nondeterminism",
                                                  "invalid_payload", "corrupted_history"};
constexpr std::array<std::string_view, 3> quotes{"detail", "message", "stack"};
constexpr std::array<std::string_view, 2> maps{"kv", "values"};  // whose names are keys

bool is_one_of(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

value mask() { return {{"$masked", true}}; }

bool quotes_payloads(const boost::json::object& members) {
  const value* kind = members.if_contains("kind");
  return kind && kind->is_string() && is_one_of(quoting, std::string_view(kind->get_string()));
}

void mask_below(value& part) {
  if (auto* all = part.if_array()) {
    for (value& each : *all) mask_below(each);
  } else if (auto* members = part.if_object()) {
    const bool has_quotes = quotes_payloads(*members);
    for (auto& [name, member] : *members) {
      if (is_one_of(payloads, name) || (has_quotes && is_one_of(quotes, name))) {
        member = mask();
      } else if (is_one_of(maps, name) && member.is_object()) {
        for (auto& [key, each] : member.get_object()) each = mask();
      } else if (name != "labels") {
        mask_below(member);
      }
    }
  }
}

}  // namespace

void mask_payloads(std::string_view operation, value& answer) {
  // What instances are counted by, and the label that was set, are no payloads.
  if (operation == "count" || operation == "label") return;
  mask_below(answer);
}

}  // namespace duroxide::http
