#include "actors/poison.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

std::string without_last_line_end(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

}  // namespace

error_details poisoned_by_failures(const std::string& instance, const std::vector<std::string>& failures) {
  std::string text = "instance '" + instance + "' could not be run; gave up after " +
                     std::to_string(failures.size()) + " attempts:";
  for (std::size_t i = 0; i < failures.size(); ++i) text += " (" + std::to_string(i + 1) + ") " + failures[i];
  return {error_category::poison, error_kind::attempts_exhausted, std::move(text), {}};
}

// The death that put it on probation was the first.
bool has_killed_too_often(const loaded_instance& stored, const runtime_options& options) {
  return stored.probation.crash_count >= std::max(2U, options.max_crashes) - 1;
}

error_details poisoned_by_crashes(const loaded_instance& stored) {
  const std::string& orchestration = stored.status.orchestration;
  return {error_category::poison, error_kind::attempts_exhausted,
          without_last_line_end(
              "instance '" + stored.instance + "' of orchestration '" + orchestration +
              "' was being run when a process died, " + std::to_string(stored.probation.crash_count + 1) +
              " times; it is not run again (runtime_options::max_crashes):\n" + stored.probation.failures),
          orchestration};
}

error_details poisoned_by_crashes(const stored_activity& activity) {
  const std::string failures = without_last_line_end(activity.failures);
  return {error_category::poison, error_kind::attempts_exhausted,
          "activity '" + activity.name + "' was run by " + std::to_string(activity.crash_count) +
              " processes that died; it is not run again (runtime_options::max_crashes)" +
              (failures.empty() ? failures : ":\n" + failures),
          activity.name, false};
}

error_details poisoned_without_handler(const std::string& activity, std::uint32_t attempts) {
  return {error_category::poison, error_kind::not_registered,
          "activity '" + activity + "' is not registered in this process; gave up after " +
              std::to_string(attempts) + " attempts",
          activity, false};
}

}  // namespace duroxide::internal
