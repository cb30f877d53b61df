// What cannot be is found. The rows of a simulated store can be spoilt on their way through an export file
// only, past the check of such files: in the store they hang on what they belong to.
#include "persistence/simulated/verifying.hpp"

#include "persistence/simulated/store.hpp"
#include "persistence/simulated/transfer.hpp"
#include "tests/persistence/corruptions.hpp"

#include <algorithm>
#include <sstream>

namespace laws_of_verifying {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using duroxide::internal::simulated_store;

namespace {

// In the line that has `line` in it, `what` becomes `with`; no `what`: the line goes.
struct spoiling {
  std::string line;
  std::string what;
  std::string with;
  std::string instance;
  std::string found;
};

const std::vector<spoiling>& spoilings() {
  static const std::vector<spoiling> all{
      {R"("first_event_id":2)", "", "", "p", "execution 1, events from 3: event 2 should come here"},
      {R"("first_event_id":3)", R"("count":1)", R"("count":2)", "p",
       "execution 1, events from 3: the row says 2 events, it holds 1"},
      {R"("first_event_id":2)", R"("packed":")", R"("packed":"not )", "p",
       "execution 1, events from 2: they cannot be read"},
      {R"("id":"p")", R"("execution":1)", R"("execution":2)", "p", "its current execution 2 is missing"},
      {R"("id":"p")", R"("execution":1)", R"("execution":2)", "p", "execution 1 is over, but it is running"},
      {R"("id":"p")", R"("execution":1)", R"("execution":0)", "p",
       "execution 1 comes after the current one, 0"},
      {R"("id":"p")", R"("running")", R"("completed")", "p",
       "it is completed, its current execution is running"},
      {R"({"execution":)", R"("input")", R"("ended_at":9,"event_count":9,"input")", "p",
       "execution 1 ended with 9 events, there are 3"},
      {R"({"execution":)", "", "", "p", "events from 1 of execution 1 belong to no execution"},
      {R"({"activity":)", R"("event_id":2)", R"("event_id":3)", "p",
       "activity 3 (greet) was scheduled by no event"},
      {R"({"activity":)", R"("execution":1)", R"("execution":7)", "p",
       "activity 2 (greet) is of execution 7, the current one is 1"},
      {R"("id":"c")", R"("parent_event_id":3)", R"("parent_event_id":2)", "c",
       "no event of its parent, p, scheduled it"},
      {R"("id":"c")", R"("parent_instance":"p")", R"("parent_instance":"x")", "c",
       "its parent x does not exist"},
      {R"("id":"actor")", R"("running")", R"("failed")", "actor",
       "it has the state of an actor, and is failed"},
      {R"({"actor":)", "", "", "actor", "its current execution 1 is missing"},
      {R"("id":"actor")", R"("execution":1)", R"("execution":2)", "actor",
       "events from 1 of execution 1 belong to no execution"},
      {R"({"answer":)", R"("made_at":17)", R"("made_at":16)", "actor",
       "on are kept, and there is an older one, to command-1"},
  };
  return all;
}

// Only the first line of its kind is spoilt, as `text` has it.
std::string spoilt(const std::string& text, const spoiling& change) {
  std::istringstream from(text);
  std::string all;
  std::size_t count = 0;
  bool done = false;
  for (std::string line; std::getline(from, line);) {
    if (line.starts_with(R"({"end")")) line = R"({"end":{"lines":)" + std::to_string(count) + "}}";
    if (const auto place = line.find(change.what); !done && line.find(change.line) != line.npos) {
      REQUIRE(place != line.npos);
      done = true;
      if (change.what.empty()) continue;
      line.replace(place, change.what.size(), change.with);
    }
    all += line + "\n";
    ++count;
  }
  REQUIRE(done);
  return all;
}

std::string exported(provider& from) {
  std::ostringstream to;
  from.administration().write_to(to, std::nullopt).value();
  return to.str();
}

// A sound store with a node that can spoil it.
struct sound_store {
  std::shared_ptr<provider> store = simulated_store::make()->connect();
  std::unique_ptr<store_writer> writer =
      store->open_writer(store->join({"tester", {}, {}}).value().node, 0).value();

  sound_store() { fill_soundly(*store, *writer); }
};

std::string packed(event_kind kind, std::uint64_t source) {
  history_event event;
  event.kind = kind;
  event.source = source;
  event.data = "1";
  return internal::pack_events("build", moment(1), std::vector{event});
}

}  // namespace

LAW("a verification of a simulated store names what was spoilt in the file that it came from") {
  const sound_store sound;
  fill_with_actor(*sound.writer);
  CHECK(verified(*sound.store).empty());
  const std::string text = exported(*sound.store);
  for (const spoiling& each : spoilings()) {
    internal::simulated::tables rows(16);
    std::istringstream from(spoilt(text, each));
    INFO(each.found);
    REQUIRE_NOTHROW(internal::simulated::import_instances(rows, from));
    check_names(inconsistencies_of(internal::simulated::verify_rows(rows, read_events)),
                {each.line + ": " + each.what, each.instance, each.found});
  }
}

LAW("a result without what it is a result of, or for the second time, is found") {
  const sound_store sound;
  turn_commit turn = turn_of("p", 4);
  turn.history = {{1, 4, 1, packed(event_kind::activity_completed, 2)}};
  sound.writer->commit(batch_of({turn})).value();
  CHECK(verified(*sound.store) == "p: activity 2 (greet) is still to be run, but has its result\n");
  turn.history = {{1, 5, 1, packed(event_kind::activity_completed, 2)},
                  {1, 6, 1, packed(event_kind::activity_completed, 1)}};
  turn.finished_activities = {2};
  sound.writer->commit(batch_of({turn})).value();
  CHECK(verified(*sound.store) ==
        "p: execution 1, event 5: it settles event 2 a second time\n"
        "p: execution 1, event 6: it settles event 1, which scheduled no such thing\n");
}

LAW("a store is in order after everything that can be done to it") {
  const sound_store sound;
  provider& store = *sound.store;
  const std::uint64_t node = store.administration().nodes(0).value().at(0).node;
  const std::uint64_t other = store.join({"other", {"Hello@1.0.0"}, {"greet"}}).value().node;
  std::vector<std::uint32_t> given_up;
  const std::uint32_t shard_of_c = store.load("c").value()->shard;
  for (std::uint32_t shard = 0; given_up.size() < store.heartbeat(node).value().surplus; ++shard)
    if (shard != shard_of_c) given_up.push_back(shard);
  store.release_shards(node, given_up).value();
  store.heartbeat(other).value();
  turn_commit turn = turn_of("c", 2);
  turn.activities = {shared_activity("c", 2), activity_of("c", 3)};
  turn.activities[0].session = "s";
  turn.messages.push_back({timer_for("c", 5, moment(500)), 0});
  sound.writer->commit(batch_of({turn})).value();
  store.claim_activities(other, claim_at(0)).value();
  REQUIRE(store.relocate(node, "c", {"Hello", "1.0.0"}).value().has_value());
  store.leave(other).value();
  store.heartbeat(node).value();
  const auto orders = [&] {
    const std::string report = verified(store);
    return report.find("orders") == report.npos ? "" : report;
  };
  CHECK(orders() == "");
  sound.writer->commit(batch_of({last_turn("c", 3)})).value();
  CHECK(orders() == "");
  CHECK(store.start(start_of("c"), true).value());
  CHECK(orders() == "");
  store.administration().remove("p", true).value();
  store.administration().remove("c", true).value();
  CHECK(orders() == "");
  CHECK(store.administration().metrics().value().instances == 0);
}

}  // namespace laws_of_verifying
