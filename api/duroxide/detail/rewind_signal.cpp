#include "duroxide/detail/rewind_signal.hpp"

#include <boost/json.hpp>

#include <exception>

namespace duroxide::detail {

namespace json = boost::json;

std::string to_text(const rewind_request& wanted) {
  json::object all{{"recorded", wanted.recorded},
                   {"event", wanted.event},
                   {"repeats", wanted.repeats},
                   {"drops_messages", wanted.drops_messages}};
  if (wanted.version) all["version"] = *wanted.version;
  return json::serialize(all);
}

std::optional<rewind_request> rewind_request_from(std::string_view text) {
  try {
    const json::value parsed = json::parse(text);
    const json::object& all = parsed.as_object();
    rewind_request wanted;
    wanted.recorded = all.at("recorded").to_number<std::uint64_t>();
    wanted.event = all.at("event").to_number<std::uint64_t>();
    wanted.repeats = all.at("repeats").as_bool();
    wanted.drops_messages = all.at("drops_messages").as_bool();
    if (const json::value* version = all.if_contains("version"))
      wanted.version = std::string(version->as_string());
    return wanted;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace duroxide::detail
