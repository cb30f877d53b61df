// How what waits for a lane of the journal is put into batches.
#include "actors/store/pending_writes.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace laws_of_pending_writes {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

constexpr std::size_t most_turns = 100;

pending_turn turn_of(const std::string& instance, std::size_t bytes = 100) {
  auto made = std::make_shared<turn_commit>();
  made->instance = instance;
  return {std::move(made), bytes, false, std::nullopt, {}};
}

commit_post post_to(const std::string& instance, std::string data = {}) {
  commit_post made;
  made.content.instance = instance;
  made.content.data = std::move(data);
  return made;
}

commit_batch next(pending_writes& waiting) {
  return waiting.next_batch(most_turns, [](const std::string&) { return std::uint64_t{7}; });
}

std::string instances(const commit_batch& batch) {
  std::string text;
  for (const auto& each : batch.turns) text += each->instance;
  return text;
}

}  // namespace

LAW("a batch is whatever waits, and is taken out when it has been written") {
  pending_writes waiting;
  waiting.add(turn_of("a"));
  waiting.add(post_to("b"));
  waiting.add_discards({3, 4});
  waiting.begin_probation("c", {});
  waiting.end_probation("d");
  commit_batch batch = next(waiting);
  CHECK(instances(batch) == "a");
  CHECK(batch.posts.at(0).delivered_under == 7);
  CHECK(batch.discarded == std::vector<std::uint64_t>{3, 4});
  CHECK(batch.probations == std::vector<std::string>{"c"});
  CHECK(batch.ended_probations == std::vector<std::string>{"d"});
  CHECK_FALSE(waiting.empty());
  const pending_writes::written done = waiting.take_written(batch);
  CHECK(done.turns.size() == 1);
  CHECK(done.posts.size() == 1);
  CHECK(done.probations.size() == 1);
  CHECK(waiting.empty());
}

LAW("what comes while a batch is being written is for the next one") {
  pending_writes waiting;
  waiting.add(turn_of("a"));
  waiting.add(post_to("a"));
  commit_batch batch = next(waiting);
  waiting.add(turn_of("b"));
  waiting.add(post_to("b"));
  (void)waiting.take_written(batch);
  CHECK(waiting.turns() == 1);
  const commit_batch second = next(waiting);
  CHECK(instances(second) == "b");
  CHECK(second.posts.at(0).content.instance == "b");
}

LAW("a batch that could not be written waits as before, in its order") {
  pending_writes waiting;
  for (const char* each : {"a", "b", "c"}) waiting.add(turn_of(each));
  CHECK(instances(next(waiting)) == "abc");
  waiting.put_back();
  waiting.add(turn_of("d"));
  CHECK(instances(next(waiting)) == "abcd");
}

LAW("whoever is told that its turn is written has it alone") {
  pending_writes waiting;
  pending_turn turn = turn_of("a");
  const std::weak_ptr<const turn_commit> content = turn.turn;
  waiting.add(std::move(turn));
  commit_batch batch = next(waiting);
  (void)waiting.take_written(batch);
  CHECK(content.expired());
}

LAW("each kind of thing is the first in its turn, so that none waits for ever for want of room") {
  pending_writes waiting;
  const std::string large(limits::batch_bytes, 'x');
  bool turn_was_written = false;
  bool post_was_written = false;
  for (int i = 0; i < 5; ++i) {
    waiting.add(turn_of("a", limits::batch_bytes));
    waiting.add(post_to("b", large));
    commit_batch batch = next(waiting);
    CHECK(batch.turns.size() + batch.posts.size() == 1);
    turn_was_written = turn_was_written || !batch.turns.empty();
    post_was_written = post_was_written || !batch.posts.empty();
    (void)waiting.take_written(batch);
  }
  CHECK(turn_was_written);
  CHECK(post_was_written);
}

LAW("of an activity's progress only the newest is written") {
  pending_writes waiting;
  const activity_key key{"a", 1, 2, 3};
  waiting.add(activity_progress{key, "half", {}});
  waiting.add(activity_progress{key, "done", {}});
  const commit_batch batch = next(waiting);
  REQUIRE(batch.progress.size() == 1);
  CHECK(batch.progress[0].details == "done");
}

LAW("half of the turns go to another lane, large ones do not") {
  pending_writes waiting;
  for (int i = 0; i < 6; ++i) waiting.add(turn_of("a"));
  waiting.add(turn_of("b", pending_writes::large_turn));
  CHECK(waiting.small_turns() == 6);
  CHECK(waiting.take_half(most_turns).size() == 3);
  CHECK(waiting.turns() == 4);
}

LAW("when all is given up, the requests of clients are left to be answered") {
  pending_writes waiting;
  waiting.add(turn_of("a"));
  waiting.add(post_to("b"));
  waiting.add(commit_start{});
  const pending_writes::written unanswered = waiting.give_up();
  CHECK(unanswered.posts.size() == 1);
  CHECK(unanswered.starts.size() == 1);
  CHECK(waiting.empty());
}

}  // namespace laws_of_pending_writes
