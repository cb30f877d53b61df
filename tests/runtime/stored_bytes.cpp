// How much of a batch things are.
#include "runtime/stored_bytes.hpp"

#include "runtime/history_codec.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_stored_bytes {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

// What the largest of the fixed parts of a row, or of an event, may be.
constexpr std::size_t overhead = 2000;

bool is_about(std::size_t counted, std::size_t expected) {
  return counted >= expected && counted < expected + overhead;
}

history_event scheduled(const std::string& input) {
  history_event event;
  event.id = 1;
  event.kind = event_kind::activity_scheduled;
  event.name = "charge";
  event.data = input;
  return event;
}

}  // namespace

LAW("a payload counts as its bytes, and twice if it is no text that PostgreSQL can keep") {
  CHECK(as_payload("") == 0);
  CHECK(as_payload("abc") == 3);
  CHECK(as_payload("\xc3\xa4") == 2);
  CHECK(as_payload("\xff\xfe") == 6);
  CHECK(as_payload(std::string_view("a\0b", 3)) == 8);
  CHECK(as_payload("\\x61") == 10);
}

LAW("a packed event is never longer than it counts") {
  const std::string bytes(1000, '\xff');
  for (const std::string& data :
       {std::string(), std::string("\"plain\""), std::string(1000, '"'), std::string(1000, '\1'), bytes}) {
    const history_event event = scheduled(data);
    const std::string packed = pack_events("build", timestamp{}, std::span(&event, 1));
    INFO(packed);
    CHECK(packed.size() <= stored_bytes(event) - as_payload(data));
    CHECK(is_about(stored_bytes(event) - as_payload(data), packed.size()));
  }
}

LAW("a failure counts with its type and its stack, in the history and in a column") {
  history_event failed;
  failed.kind = event_kind::activity_failed;
  failed.source = 1;
  failed.error.emplace().message = "no";
  const std::size_t plain = stored_bytes(failed);
  const std::size_t plain_column = as_stored_error(failed.error);
  failed.error->type = "ValueError";
  failed.error->stack = std::string(10'000, '"');
  const std::string packed = pack_events("build", timestamp{}, std::span(&failed, 1));
  CHECK(packed.size() <= stored_bytes(failed));
  CHECK(stored_bytes(failed) >= plain + 20'000);
  CHECK(as_stored_error(failed.error) >= plain_column + 40'000);
}

LAW("the input of an activity counts in the history, and in the row of the activity") {
  const std::string input(10'000, 'x');
  CHECK(is_about(stored_bytes(scheduled(input)), 20'000));
  turn_commit turn;
  turn.history.push_back({1, 1, 1, input});
  stored_activity activity;
  activity.input = input;
  turn.activities.push_back(activity);
  CHECK(is_about(stored_bytes(turn), 20'000));
  turn.activities.front().input = std::string(10'000, '\xff');
  CHECK(is_about(stored_bytes(turn), 30'000));
}

LAW("everything in a turn that has no end of its own counts") {
  const std::string text(10'000, 'x');
  turn_commit turn;
  auto grew = [&turn, before = stored_bytes(turn)]() mutable {
    const std::size_t growth = stored_bytes(turn) - before;
    before = stored_bytes(turn);
    return is_about(growth, 10'000);
  };
  turn.creates.emplace().input = text;
  CHECK(grew());
  turn.ends.emplace().output = text;
  CHECK(grew());
  turn.begins.emplace().input = text;
  CHECK(grew());
  turn.update.custom_status = text;
  CHECK(grew());
  turn.kv.push_back({"key", text, {}});
  CHECK(grew());
  turn.messages.emplace_back().content.data = text;
  CHECK(grew());
  turn.starts.emplace_back().what.input = text;
  CHECK(grew());
  turn.starts.back().if_exists.emplace().content.data = text;
  CHECK(grew());
  turn.consumed.assign(1000, 7);
  CHECK(stored_bytes(turn) >= 80'000 + 8'000);
}

LAW("a message, a start and a progress count as what they carry") {
  const std::string text(10'000, 'x');
  message content;
  content.data = text;
  CHECK(is_about(stored_bytes(content), 10'000));
  content.error.emplace().message = text;
  CHECK(stored_bytes(content) >= 20'000);
  instance_start start;
  start.input = text;
  start.labels.push_back({"name", text});
  CHECK(is_about(stored_bytes(start), 20'000));
  CHECK(is_about(stored_bytes(activity_progress{{}, text, {}}), 10'000));
}

}  // namespace laws_of_stored_bytes
