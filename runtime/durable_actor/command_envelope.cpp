#include "runtime/durable_actor/command_envelope.hpp"

#include <boost/json.hpp>

#include <utility>

namespace duroxide::internal {

namespace {

boost::json::object to_json(const awaiting_instance& waiting) {
  return {{"instance", waiting.instance},
          {"life", waiting.life},
          {"execution", waiting.execution},
          {"event", waiting.event_id}};
}

awaiting_instance awaiting_from(const boost::json::object& members) {
  return {boost::json::value_to<std::string>(members.at("instance")),
          members.at("life").to_number<std::uint64_t>(), members.at("execution").to_number<std::uint64_t>(),
          members.at("event").to_number<std::uint64_t>()};
}

command_envelope envelope_from(const boost::json::object& header) {
  command_envelope command;
  command.command = boost::json::value_to<std::string>(header.at("command"));
  if (const auto* id = header.if_contains("id")) command.id = boost::json::value_to<std::string>(*id);
  if (const auto* waiting = header.if_contains("awaited_by"))
    command.awaited_by = awaiting_from(waiting->as_object());
  if (const auto* callers = header.if_contains("callers"))
    command.callers = boost::json::value_to<std::vector<std::string>>(*callers);
  return command;
}

}  // namespace

std::string to_text(const command_envelope& command) {
  boost::json::object header{{"command", command.command}};
  if (!command.id.empty()) header.emplace("id", command.id);
  if (command.awaited_by) header.emplace("awaited_by", to_json(*command.awaited_by));
  if (!command.callers.empty()) header.emplace("callers", boost::json::value_from(command.callers));
  return boost::json::serialize(header) + '\n' + command.input;
}

std::optional<command_envelope> command_from(std::string_view text) {
  const auto end = text.find('\n');
  if (end == text.npos) return std::nullopt;
  try {
    const boost::json::value header = boost::json::parse(text.substr(0, end));
    command_envelope command = envelope_from(header.as_object());
    command.input = text.substr(end + 1);
    return command;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace duroxide::internal
