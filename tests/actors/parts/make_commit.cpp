// What the store is asked to write of a turn.
#include "actors/instance/make_commit.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace laws_of_make_commit {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

turn_origin parent_at_depth(std::uint32_t depth) {
  turn_origin origin;
  origin.instance = "a";
  origin.orchestration = "A";
  origin.version = "1.0.0";
  origin.execution = 2;
  origin.root = 77;
  origin.depth = depth;
  origin.max_depth = 3;
  origin.began_at = timestamp(duration(1000));
  return origin;
}

history_event scheduled(std::uint64_t id, event_kind kind, std::string instance) {
  history_event made;
  made.id = id;
  made.kind = kind;
  made.name = "B";
  made.data = "in";
  made.instance = std::move(instance);
  return made;
}

turn ended(ending how) {
  turn made;
  made.ends = std::move(how);
  return made;
}

}  // namespace

LAW("what a turn starts is started in the order in which the code asked for it") {
  turn made;
  made.events = {scheduled(5, event_kind::orchestration_detached, "x"),
                 scheduled(6, event_kind::sub_orchestration_scheduled, "y"),
                 scheduled(7, event_kind::orchestration_detached, "z")};
  made.children = {6};
  made.detached = {5, 7};
  const turn_commit commit = make_commit(parent_at_depth(0), made);
  REQUIRE(commit.starts.size() == 3);
  CHECK(commit.starts[0].what.instance == "x");
  CHECK(commit.starts[1].what.instance == "y");
  CHECK(commit.starts[2].what.instance == "z");
}

LAW("a child knows its parent, the root of its tree and its depth; what is detached is a root itself") {
  turn made;
  made.events = {scheduled(5, event_kind::sub_orchestration_scheduled, "y"),
                 scheduled(6, event_kind::orchestration_detached, "z")};
  made.children = {5};
  made.detached = {6};
  const turn_commit commit = make_commit(parent_at_depth(1), made);
  const instance_start& child = commit.starts.at(0).what;
  CHECK(child.parent == parent_link{"a", 2, 5});
  CHECK(child.root == 77);
  CHECK(child.depth == 2);
  CHECK(commit.starts.at(0).if_exists->content.error->kind == error_kind::already_exists);
  const instance_start& detached = commit.starts.at(1).what;
  CHECK_FALSE(detached.parent);
  CHECK(detached.depth == 0);
  CHECK_FALSE(commit.starts.at(1).if_exists);
}

LAW("a child below the greatest depth is not started, and its parent is told why") {
  turn made;
  made.events = {scheduled(5, event_kind::sub_orchestration_scheduled, "y")};
  made.children = {5};
  const turn_commit commit = make_commit(parent_at_depth(3), made);
  CHECK(commit.starts.empty());
  const message& answer = commit.messages.at(0).content;
  CHECK(answer.kind == message_kind::child_done);
  CHECK(answer.source == 5);
  CHECK(answer.error->kind == error_kind::limit_exceeded);
}

LAW("an activity carries what it needs to run anywhere") {
  turn made;
  history_event event = scheduled(9, event_kind::activity_scheduled, {});
  event.instance.reset();
  event.tag = "gpu";
  event.session = "s";
  event.attempt = 2;
  event.retry_of = 4;
  made.events = {event};
  made.activities = {9};
  const stored_activity activity = make_commit(parent_at_depth(0), made).activities.at(0);
  CHECK(activity.key == activity_key{"a", 2, 9});
  CHECK(activity.name == "B");
  CHECK(activity.input == "in");
  CHECK(activity.tag == "gpu");
  CHECK(activity.session == "s");
  CHECK(activity.attempt == 2);
  CHECK(activity.retry_of == 4);
  CHECK(activity.orchestration == "A");
}

LAW("a timer is a message to its own instance that is visible when it is due") {
  turn made;
  made.timers = {{4, timestamp(duration(5000))}};
  const message due = make_commit(parent_at_depth(0), made).messages.at(0).content;
  CHECK(due.kind == message_kind::timer_due);
  CHECK(due.instance == "a");
  CHECK(due.execution == 2);
  CHECK(due.source == 4);
  CHECK(due.visible_at == timestamp(duration(5000)));
}

LAW("the end of a child is told to its parent, with its output or its error") {
  turn_origin child = parent_at_depth(1);
  child.parent = parent_link{"p", 1, 8};
  const error_details why{error_category::application, error_kind::orchestration_failed, "no", {}};
  const turn_commit well = make_commit(child, ended({runtime_status::completed, "out", {}, {}, {}}));
  const turn_commit badly = make_commit(child, ended({runtime_status::failed, {}, why, {}, {}}));
  CHECK(well.messages.at(0).content.instance == "p");
  CHECK(well.messages.at(0).content.source == 8);
  CHECK(well.messages.at(0).content.data == "out");
  CHECK(well.update.output == "out");
  CHECK(badly.messages.at(0).content.error == why);
  CHECK(badly.update.error == why);
  CHECK(make_commit(parent_at_depth(0), ended({runtime_status::completed, "out", {}, {}, {}}))
            .messages.empty());
}

LAW("a turn that continues as new begins the next execution and tells no parent") {
  turn_origin child = parent_at_depth(1);
  child.parent = parent_link{"p", 1, 8};
  child.next_version = "2.0.0";
  const turn_commit commit =
      make_commit(child, ended({runtime_status::continued_as_new, "again", {}, "2.0.0", {}}));
  CHECK(commit.messages.empty());
  CHECK(commit.update.status == runtime_status::running);
  CHECK(commit.update.version == "2.0.0");
  REQUIRE(commit.begins);
  CHECK(commit.begins->execution == 3);
  CHECK(commit.history.back().execution == 3);
  CHECK(commit.history.back().first_event_id == 1);
}

LAW("messages without a row are not consumed in the store") {
  turn made;
  made.consumed = {0, 7, 0, 9};
  CHECK(make_commit(parent_at_depth(0), made).consumed == std::vector<std::uint64_t>{7, 9});
}

}  // namespace laws_of_make_commit
