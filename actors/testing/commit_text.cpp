#include "actors/testing/commit_text.hpp"

#include "runtime/history_codec.hpp"

#include <string_view>

namespace duroxide::internal {

namespace {

// Parts with something between them.
class listing {
public:
  explicit listing(std::string_view between) : between_(between) {}
  void add(const std::string& part) {
    if (!text_.empty()) text_ += between_;
    text_ += part;
  }
  void count(std::size_t number, const std::string& what) {
    if (number > 0) add(std::to_string(number) + " " + what);
  }
  const std::string& text() const { return text_; }

private:
  std::string_view between_;
  std::string text_;
};

std::string describe(const turn_commit& turn) {
  listing events(", ");
  for (const history_row& row : turn.history)
    if (const auto read = unpack_events(row.first_event_id, row.packed))
      for (const history_event& each : *read)
        events.add(std::string(to_string(each.kind)) + (each.name.empty() ? "" : " '" + each.name + "'"));
  return "turn of '" + turn.instance + "' (" + events.text() + ")";
}

}  // namespace

std::string describe(const commit_batch& batch) {
  listing parts("; ");
  for (const auto& turn : batch.turns) parts.add(describe(*turn));
  for (const instance_start& each : batch.starts) parts.add("start of '" + each.instance + "'");
  for (const client_post& each : batch.posts) parts.add("message for '" + each.content.instance + "'");
  for (const claimed_outcome& each : batch.outcomes)
    parts.add("outcome of a claimed activity of '" + each.key.instance + "'");
  parts.count(batch.progress.size(), "heartbeats");
  parts.count(batch.discarded.size(), "messages that nobody waits for");
  parts.count(batch.probations.size() + batch.ended_probations.size(), "notes about instances on probation");
  return parts.text();
}

}  // namespace duroxide::internal
