// What the code of a durable actor may ask for.
#pragma once

#include "duroxide/actor_requests.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace duroxide {

// Given to the handler of a command, and valid until that returns, on its thread. Nothing here blocks. Handlers are not
// replayed: they may read clocks and draw random numbers as they like.
class actor_context : public actor_requests {
public:
  explicit actor_context(detail::actor_turn& turn) noexcept : actor_requests(turn) {}
  actor_context(const actor_context&) = delete;
  actor_context& operator=(const actor_context&) = delete;

  // When the turn began: all commands of a turn have the same time.
  timestamp utc_now() const noexcept { return turn().now; }
  std::uint64_t random() const { return turn().random_bits(); }

  // To the log, once the turn is committed.
  void trace_debug(std::string text) const { trace(trace_level::debug, std::move(text)); }
  void trace_info(std::string text) const { trace(trace_level::info, std::move(text)); }
  void trace_warn(std::string text) const { trace(trace_level::warn, std::move(text)); }
  void trace_error(std::string text) const { trace(trace_level::error, std::move(text)); }

private:
  void trace(trace_level level, std::string text) const;
};

}  // namespace duroxide
