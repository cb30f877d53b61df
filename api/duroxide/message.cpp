#include "duroxide/message.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace duroxide {

namespace {

constexpr std::array message_kind_names{
    std::pair{message_kind::start, std::string_view{"start"}},
    std::pair{message_kind::activity_done, std::string_view{"activity_done"}},
    std::pair{message_kind::timer_due, std::string_view{"timer_due"}},
    std::pair{message_kind::event_raised, std::string_view{"event_raised"}},
    std::pair{message_kind::enqueued, std::string_view{"enqueued"}},
    std::pair{message_kind::child_done, std::string_view{"child_done"}},
    std::pair{message_kind::command_done, std::string_view{"command_done"}},
    std::pair{message_kind::cancel, std::string_view{"cancel"}},
};
// A kind is the place of its name.
static_assert(message_kind_names[static_cast<std::size_t>(message_kind::cancel)].first ==
              message_kind::cancel);

}  // namespace

std::string_view to_string(message_kind kind) {
  return message_kind_names[static_cast<std::size_t>(kind)].second;
}

message_kind message_kind_from(std::string_view text) {
  for (const auto& [kind, name] : message_kind_names)
    if (name == text) return kind;
  throw std::invalid_argument("no kind of message is called '" + std::string(text) + "'");
}

}  // namespace duroxide
