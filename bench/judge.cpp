#include "bench/judge.hpp"

#include "bench/progress.hpp"

#include <atomic>

namespace duroxide::bench {

namespace {

constexpr std::size_t longest_shown = 200;
constexpr int most_complaints = 3;

std::string shortened(std::string text) {
  if (text.size() > longest_shown) text.replace(longest_shown, text.npos, "...");
  return text;
}

std::string said_of(const instance_status& ended) {
  const std::string status(to_string(ended.status));
  if (ended.error) return status + ": " + ended.error->message;
  return is_terminal(ended.status) ? status + " with " + shortened(ended.output) : "still " + status;
}

}  // namespace

std::string fault_of(const workload& what, std::size_t number, const end_of_wait& ended) {
  const std::string expected = what.expected_output(number);
  if (ended && ended->status == runtime_status::completed && ended->output == expected) return {};
  return "expected " + shortened(expected) + ", got: " + (ended ? said_of(*ended) : ended.error().message);
}

bool is_right(const workload& what, const std::string& instance, std::size_t number,
              const end_of_wait& ended) {
  const std::string fault = fault_of(what, number, ended);
  if (fault.empty()) return true;
  static std::atomic<int> complaints = 0;
  if (complaints++ < most_complaints) progress::say("wrong: " + instance + ": " + fault);
  return false;
}

}  // namespace duroxide::bench
