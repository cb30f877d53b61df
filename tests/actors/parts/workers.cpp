// What a worker reports of an activity.
#include "actors/activity/workers.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_workers {

using namespace duroxide;
using namespace duroxide::internal;

LAW("an outcome is for the instance that asked, and not for a later one of its id") {
  const activity_key key{"order-7", 3, 12, 44};
  const message done = activity_done_message(key, std::string("\"paid\""));
  CHECK(done.kind == message_kind::activity_done);
  CHECK(done.instance == "order-7");
  CHECK(done.execution == 3);
  CHECK(done.source == 12);
  CHECK(done.life == 44);
  CHECK(done.data == "\"paid\"");
  CHECK_FALSE(done.error);
}

LAW("a failure is an outcome, too") {
  error_details broken;
  broken.message = "no connection";
  const message done = activity_done_message({"order-7", 3, 12, 44}, broken);
  CHECK(done.life == 44);
  CHECK(done.error == broken);
  CHECK(done.data.empty());
}

}  // namespace laws_of_workers
