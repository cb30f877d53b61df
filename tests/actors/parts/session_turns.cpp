// The order of activities of one session.
#include "actors/activity/session_turns.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_session_turns {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

stored_activity activity(std::uint64_t id) {
  stored_activity made;
  made.key = {"a", 1, id};
  return made;
}

}  // namespace

LAW("activities of one session run one after the other, in the order in which they came") {
  session_turns turns;
  CHECK(turns.enter("s", activity(1)));
  CHECK_FALSE(turns.enter("s", activity(2)));
  CHECK_FALSE(turns.enter("s", activity(3)));
  CHECK(turns.enter("t", activity(4)));  // another session does not wait
  CHECK(turns.leave("s")->key.event_id == 2);
  CHECK(turns.leave("s")->key.event_id == 3);
  CHECK_FALSE(turns.leave("s"));
  CHECK(turns.enter("s", activity(5)));
}

LAW("one that is cancelled while it waits is passed over") {
  session_turns turns;
  CHECK(turns.enter("s", activity(1)));
  CHECK_FALSE(turns.enter("s", activity(2)));
  CHECK(turns.forget("s", {"a", 1, 2}));
  CHECK_FALSE(turns.forget("s", {"a", 1, 2}));
  CHECK_FALSE(turns.forget("s", {"a", 1, 1}));  // runs, and does not wait
  CHECK_FALSE(turns.leave("s"));
}

}  // namespace laws_of_session_turns
