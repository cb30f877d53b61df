#include "actors/activity/worker_errors.hpp"

#include "duroxide/caf/activity_error.hpp"
#include "duroxide/caf/detail/message_types.hpp"
#include "duroxide/caf/errors.hpp"
#include "duroxide/caf/inspection.hpp"
#include "duroxide/detail/shortened.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>
#include <caf/type_nr.hpp>
#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <utility>

namespace duroxide {

caf::error make_activity_error(error_details details) {
  return to_caf_error(detail::shortened(std::move(details)));
}

caf::error make_final_error(std::string message) {
  return make_activity_error(
      {error_category::application, error_kind::activity_failed, std::move(message), {}, false});
}

std::string detail::name_of_type(const std::type_info& type) {
  if (type == typeid(std::string)) return "std::string";
  int failed = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &failed), &std::free);
  std::string text = failed == 0 ? name.get() : type.name();
  constexpr std::string_view long_string =
      "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";
  for (auto place = text.find(long_string); place != text.npos; place = text.find(long_string))
    text.replace(place, long_string.size(), "std::string");
  return text;
}

namespace internal {

namespace {

// What CAF calls its own types, and what the language calls them.
constexpr std::pair<std::string_view, std::string_view> own_names[] = {
    {"@str", "std::string"},
    {"@atom", "an atom"},
    {"@i8", "std::int8_t"},
    {"@i16", "std::int16_t"},
    {"@i32", "int"},
    {"@i64", "long"},
    {"@u8", "std::uint8_t"},
    {"@u16", "std::uint16_t"},
    {"@u32", "unsigned int"},
    {"@u64", "unsigned long"},
    {"@unit", "caf::unit_t"},
    {"@actor", "caf::actor"},
    {"@message", "a message"},
    {"@error", "caf::error"},
    {"@timespan", "caf::timespan"},
    {"@down", "caf::down_msg"},
    {"@exit", "caf::exit_msg"},
    {"@strvec", "std::vector<std::string>"},
};

std::string name_of_part(const caf::message& content, std::size_t position) {
  const auto [number, info] = content.type(position);
  if (info != nullptr) return duroxide::detail::name_of_type(*info);
  if (number == 0 || number >= caf::type_nrs) return "?";
  const std::string_view name = caf::numbered_type_names[number - 1];
  for (const auto& [caf_name, cpp_name] : own_names)
    if (name == caf_name) return std::string(cpp_name);
  return std::string(name);
}

bool is_of_caf(const caf::error& error) {
  return error.category() == caf::atom("system") || error.category() == caf::atom("exit");
}

std::string name_of_code(const caf::error& error) {
  if (error.category() == caf::atom("exit"))
    return caf::to_string(static_cast<caf::exit_reason>(error.code()));
  return caf::to_string(static_cast<caf::sec>(error.code()));
}

// Several texts are put side by side; what is no text, as CAF writes it.
std::string text_of_context(const caf::message& context) {
  std::string text;
  for (std::size_t i = 0; i < context.size(); ++i) {
    if (i > 0) text += ", ";
    text += context.match_element<std::string>(i) ? context.get_as<std::string>(i) : context.stringify(i);
  }
  return text;
}

// The details that it was made of; null if it was made otherwise.
const error_details* details_in(const caf::error& error) {
  const bool has_details =
      error && error.category() == caf_category && error.context().match_elements<error_details>();
  return has_details ? &error.context().get_as<error_details>(0) : nullptr;
}

}  // namespace

std::string text_of_error(const caf::actor_system& system, const caf::error& error) {
  if (!error) return "normal";  // how an actor ends that meant to
  if (const error_details* details = details_in(error)) return details->message;
  const auto& renderers = system.config().error_renderers;
  if (!is_of_caf(error))
    if (const auto renderer = renderers.find(error.category()); renderer != renderers.end())
      return renderer->second(error.code(), error.category(), error.context());
  if (!error.context().empty()) return text_of_context(error.context());
  if (is_of_caf(error)) return name_of_code(error);
  return system.render(error);
}

error_details failure_of_worker(const caf::actor_system& system, const caf::error& error,
                                const std::string& activity) {
  const error_details* given = details_in(error);
  if (given == nullptr)
    return {error_category::application, error_kind::activity_failed, text_of_error(system, error), activity};
  error_details details = *given;
  details.category = error_category::application;
  if (details.source.empty()) details.source = activity;
  return details;
}

std::string types_of_message(const caf::message& content) {
  std::string text;
  for (std::size_t i = 0; i < content.size(); ++i) text += (i == 0 ? "" : ", ") + name_of_part(content, i);
  return "(" + text + ")";
}

}  // namespace internal
}  // namespace duroxide
