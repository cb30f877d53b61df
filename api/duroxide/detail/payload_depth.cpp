#include "duroxide/detail/payload_depth.hpp"

#include "duroxide/detail/shallow_memory.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/limits.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cstdint>

namespace duroxide::detail {

namespace {

using boost::json::error_code;
using boost::json::string_view;

constexpr std::size_t most_depth = limits::payload_depth;
constexpr std::size_t shortest_too_deep = 2 * (most_depth + 1);

thread_local const deep_payloads* of_this_thread = nullptr;

// Takes whatever a parser finds.
struct anything {
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t, error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(string_view, std::size_t, error_code&) { return true; }
  bool on_key(string_view, std::size_t, error_code&) { return true; }
  bool on_string_part(string_view, std::size_t, error_code&) { return true; }
  bool on_string(string_view, std::size_t, error_code&) { return true; }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
  bool on_double(double, string_view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

bool parser_finds_too_deep(std::string_view text) {
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  options.max_depth = most_depth;
  boost::json::basic_parser<anything> parser(options);
  error_code failed;
  parser.write_some(false, text.data(), text.size(), failed);
  return failed == boost::json::error::too_deep;
}

// More than may be inside one another. By searching, which is many times as fast as looking at each byte.
bool has_many_brackets(std::string_view text) {
  std::size_t found = 0;
  for (const char bracket : {'[', '{'})
    for (auto position = text.find(bracket); position != text.npos;
         position = text.find(bracket, position + 1))
      if (++found > most_depth) return true;
  return false;
}

// If it is JSON.
bool may_be_too_deep(std::string_view text) {
  std::size_t open = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++open > most_depth) return true;
    } else if ((c == ']' || c == '}') && open > 0) {
      --open;
    }
  }
  return false;
}

std::optional<std::string> too_deep_below(const boost::json::value& value, std::size_t left) {
  if (!value.is_structured()) return std::nullopt;
  if (left == 0) return std::string();
  const auto below = [left](auto step, const boost::json::value& part) {
    auto found = too_deep_below(part, left - 1);
    if (found) found->insert(0, "/" + std::string(step()));
    return found;
  };
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      if (auto found = below([&] { return member.key(); }, member.value())) return found;
  } else {
    const auto& array = value.get_array();
    for (std::size_t i = 0; i < array.size(); ++i)
      if (auto found = below([i] { return std::to_string(i); }, array[i])) return found;
  }
  return std::nullopt;
}

}  // namespace

// Most payloads are short, or have few brackets, and are not looked through.
bool is_too_deep(std::string_view text) {
  if (text.size() < shortest_too_deep) return false;
  return has_many_brackets(text) && may_be_too_deep(text) && parser_finds_too_deep(text);
}

std::optional<std::string> too_deep_in(const boost::json::value& value) {
  constexpr std::size_t shown = 60;
  auto found = too_deep_below(value, most_depth);
  if (found && found->size() > shown) found->replace(shown, found->npos, "...");
  return found;
}

std::string too_deep_text(std::string_view what, std::string_view place) {
  return std::string(what) + " is nested deeper than " + std::to_string(most_depth) +
         " arrays and objects (limits::payload_depth)" + (place.empty() ? "" : ", along ") +
         std::string(place) +
         ". Make it flatter, as a list of parts that name one another, or send it as a text in a string";
}

void refuse_too_deep(std::string_view place) {
  if (of_this_thread != nullptr && of_this_thread->allowed()) return;
  throw limit_error(too_deep_text("a payload", place));
}

deep_payloads::deep_payloads(question allows, const void* asked) noexcept
    : allows_(allows), asked_(asked), before_(of_this_thread) {
  of_this_thread = this;
}

deep_payloads::~deep_payloads() { of_this_thread = before_; }

void* shallow_memory::do_allocate(std::size_t bytes, std::size_t alignment) {
  constexpr std::uintptr_t most = std::uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<std::uintptr_t>(begin_);
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  if ((begin > here ? begin - here : here - begin) > most) throw limit_error(too_deep_text("a payload"));
  return boost::json::storage_ptr()->allocate(bytes, alignment);
}

void shallow_memory::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
  boost::json::storage_ptr()->deallocate(memory, bytes, alignment);
}

}  // namespace duroxide::detail
