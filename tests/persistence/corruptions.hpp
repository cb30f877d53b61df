// A store that is well, ways to spoil it, and what a verification says of each; the same SQL for all
// dialects.
#pragma once

#include "runtime/history_codec.hpp"
#include "tests/persistence/conformance/kit.hpp"

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace duroxide::persistence_tests {

struct corruption {
  std::string sql;
  std::string instance;
  std::string what;
};

inline std::vector<corruption> corruptions_of_labels() {
  return {
      {"insert into labels (instance_key, name, type, text) select key, 'x', 'gossip', 'y' from instances",
       "p", "the label x has the type 'gossip', which nobody knows"},
      {"insert into labels (instance_key, name, type, text) select key, 'x', 'number', 'y' from instances",
       "p", "the label x cannot be found by its value"},
      {"insert into labels (instance_key, name, type, text) select key, 'x', 'number', 'y' from instances",
       "p", "its labels cannot be read: "},
      {"insert into labels (instance_key, name, type, text) values (987654, 'team', 'text', 'blue')",
       "key 987654", "the label team belongs to no instance"},
  };
}

inline std::vector<corruption> corruptions() {
  std::vector<corruption> all{
      {"delete from history where first_event_id = 2", "p",
       "execution 1, events from 3: event 2 should come here"},
      {"update history set count = 2 where first_event_id = 3", "p",
       "execution 1, events from 3: the row says 2 events, it holds 1"},
      {"update history set packed = '{}' where first_event_id = 1 and instance_key = (select key from "
       "instances "
       "where id = 'p')",
       "p", "execution 1, events from 1: they cannot be read"},
      {"update instances set execution = 2 where id = 'p'", "p", "its current execution 2 is missing"},
      {"update instances set status = 'completed' where id = 'p'", "p",
       "it is completed, its current execution is running"},
      {"update activities set event_id = 3", "p", "activity 3 (greet) was scheduled by no event"},
      {"update activities set execution = 7", "p",
       "activity 2 (greet) is of execution 7, the current one is 1"},
      {"update activities set instance = 'x'", "x", "activity 2 (greet) belongs to no instance"},
      {"update inbox set instance = 'x' where kind = 'event_raised'", "x",
       "a message (event_raised, go) is for nobody"},
      {"update inbox set shard = shard + 1 where kind = 'event_raised'", "c",
       "a message (event_raised) lies on shard"},
      {"update instances set shard = 9999 where id = 'p'", "p",
       "it lies on shard 9999, which does not exist"},
      {"update instances set parent_event_id = 2 where id = 'c'", "c",
       "no event of its parent, p, scheduled it"},
      {"update instances set parent_instance = 'x' where id = 'c'", "c", "its parent x does not exist"},
      {"update instances set status = 'bogus' where id = 'p'", "p",
       "its status is 'bogus', which nobody knows"},
      {"update executions set status = 'bogus' where instance_key = (select key from instances where id = "
       "'p')",
       "p", "the status of execution 1 is 'bogus', which nobody knows"},
      {"update inbox set kind = 'gossip' where kind = 'event_raised'", "c",
       "is 'gossip', which nobody knows"},
      {"update executions set error = '[]' where instance_key = (select key from instances where id = 'p')",
       "p", "the error of execution 1 cannot be read: "},
      {"update inbox set error = 'not JSON' where kind = 'event_raised'", "c", "cannot be read: "},
      {"update instances set parent_instance = 'p' where id = 'p'", "p", "its parents lead back to it"},
      {"update instances set parent_instance = 'c' where id = 'p'", "p", "its parents lead back to it"},
      {"delete from instances where id = 'c'", "key", "execution 1 belongs to no instance"},
      {"delete from executions where instance_key = (select key from instances where id = 'p')", "key",
       "events from 1 of execution 1 belong to no execution"},
      {"insert into actor_states (instance_key, answers_since, updated_at, version, state) "
       "values (987654, 0, 0, '1', '{}')",
       "key 987654", "the state of an actor belongs to no instance"},
      {"update instances set status = 'cancelled' where id = 'actor'", "actor",
       "it has the state of an actor, and is cancelled"},
      {"delete from actor_states", "actor", "its current execution 1 is missing"},
      {"update instances set execution = 2 where id = 'actor'", "key",
       "events from 1 of execution 1 belong to no execution"},
      {"update history set count = 2 where instance_key = (select key from instances where id = 'actor')",
       "actor", "execution 1, events from 1: the row says 2 events, it holds 1"},
      {"update answers set made_at = 1", "actor", "on are kept, and there is an older one, to command-1"},
      {"update answers set error = '[]'", "actor", "the error of the answer to command-1 cannot be read: "},
  };
  for (const corruption& each : corruptions_of_labels()) all.push_back(each);
  return all;
}

// A durable actor that awaits something, and has answered a command before.
inline void fill_with_actor(store_writer& writer) {
  turn_commit turn = conformance::first_turn("actor");
  history_event event;
  event.kind = event_kind::guid_recorded;
  event.data = "a guid";
  turn.history = {{1, 1, 1, internal::pack_events("build", conformance::moment(1), std::vector{event})}};
  actor_change& change = turn.actor.emplace();
  change.state = actor_state{"1", "{}", conformance::moment(1)};
  change.answers = {{"command-1", conformance::moment(1), "1"}};
  const auto receipt = writer.commit(conformance::batch_of({turn})).value();
  REQUIRE(receipt.turns.at(0).outcome == turn_outcome::committed);
}

// The instances p and c, its child; p waits for c and for an activity.
inline void fill_soundly(provider& store, store_writer& writer) {
  const auto packed = [](const history_event& event) {
    return internal::pack_events("build", conformance::moment(1), std::vector{event});
  };
  turn_commit p = conformance::first_turn("p");
  p.history.clear();
  history_event event;
  event.kind = event_kind::orchestration_started;
  event.name = "Hello";
  p.history.push_back({1, 1, 1, packed(event)});
  event = {};
  event.kind = event_kind::activity_scheduled;
  event.name = "greet";
  p.history.push_back({1, 2, 1, packed(event)});
  event.kind = event_kind::sub_orchestration_scheduled;
  event.name = "Hello";
  event.instance = "c";
  p.history.push_back({1, 3, 1, packed(event)});
  p.activities = {conformance::activity_of("p", 2)};
  turn_commit c = conformance::first_turn("c");
  c.creates->parent = parent_link{"p", 1, 3};
  c.history.clear();
  event = {};
  event.kind = event_kind::orchestration_started;
  event.name = "Hello";
  c.history.push_back({1, 1, 1, packed(event)});
  const auto receipt = writer.commit(conformance::batch_of({p, c})).value();
  for (const auto& turn : receipt.turns) REQUIRE(turn.outcome == turn_outcome::committed);
  REQUIRE(store.post(conformance::event_for("c", "go")).value() == post_outcome::accepted);
}

inline const history_reader read_events = [](std::uint64_t first, const std::string& packed) {
  auto events = internal::unpack_events(first, packed);
  if (!events) throw std::invalid_argument(events.error());
  return *std::move(events);
};

inline std::string inconsistencies_of(const verification& found) {
  std::string text;
  for (const auto& each : found.first) text += each.instance + ": " + each.what + "\n";
  CHECK((found.inconsistencies == 0) == text.empty());
  return text;
}

inline std::string verified(provider& store) {
  return inconsistencies_of(store.administration().verify(read_events).value());
}

// What a verification says must name the instance and the break.
inline void check_names(const std::string& report, const corruption& spoilt) {
  INFO(spoilt.sql << "\n" << report);
  bool named = false;
  for (std::size_t from = 0; from < report.size();) {
    const std::size_t end = report.find('\n', from);
    const std::string line = report.substr(from, end - from);
    named = named || (line.starts_with(spoilt.instance) && line.find(spoilt.what) != std::string::npos);
    from = end + 1;
  }
  CHECK(named);
}

}  // namespace duroxide::persistence_tests
