// The status of an instance.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/label.hpp"
#include "duroxide/life.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide {

enum class runtime_status : std::uint8_t {
  not_found,
  pending,  // started, no turn yet
  running,
  completed,
  failed,
  cancelled,
  continued_as_new,  // of executions only, never of an instance
};

std::string_view to_string(runtime_status status);
// Throws std::invalid_argument for a word that is no status.
runtime_status runtime_status_from(std::string_view text);

inline bool is_terminal(runtime_status status) {
  return status == runtime_status::completed || status == runtime_status::failed ||
         status == runtime_status::cancelled;
}

struct instance_status {
  runtime_status status = runtime_status::not_found;
  // Which of the instances that have had this id, one after another: a number that the store never uses again. 0:
  // not_found.
  life_number life = 0;
  std::string orchestration;
  std::string version;
  std::uint64_t execution = 0;
  std::string output;                  // completed: JSON text
  std::optional<error_details> error;  // failed, cancelled
  std::optional<std::string> custom_status;
  std::uint64_t custom_status_version = 0;  // grows by one with every turn that changes the custom status
  timestamp created_at{};
  timestamp updated_at{};
  std::vector<label> labels;  // in the order of their names

  bool operator==(const instance_status&) const = default;
};

}  // namespace duroxide
