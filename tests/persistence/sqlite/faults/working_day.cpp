#include "tests/persistence/sqlite/faults/working_day.hpp"

#include "runtime/history_codec.hpp"
#include "tests/persistence/conformance/kit.hpp"

#include <stdexcept>

namespace duroxide::persistence_tests {

namespace sqlite = persistence::sqlite;
using conformance::activity_of;
using conformance::batch_of;
using conformance::event_for;
using conformance::moment;
using conformance::start_of;

namespace {

template <class T> std::optional<store_error> failure_of(const stored<T>& answer) {
  if (answer.has_value()) return std::nullopt;
  return answer.error();
}

std::optional<store_error> open(process& worker) {
  try {
    worker.client = sqlite_provider::open(worker.path, worker.options);
  } catch (const infrastructure_error& e) {
    return store_error{commit_certainty::not_done, e.kind(), e.what()};
  }
  auto opened = persistence::attempt("open: sqlite:" + worker.path, [&] {
    auto made = sqlite::store::open(worker.path, worker.options);
    made->writing()->run_script("pragma wal_autocheckpoint = 8");
    return made;
  });
  if (!opened) return opened.error();
  worker.store = *opened;
  worker.members = std::make_unique<sqlite::membership>(worker.store);
  return std::nullopt;
}

std::optional<store_error> join(process& worker) {
  auto joined = worker.store->attempt("join", [&] {
    return worker.members->join({"tester", {"Hello"}, {"greet"}});
  });
  if (joined) worker.node = joined->node;
  return failure_of(joined);
}

std::optional<store_error> open_writer(process& worker) {
  auto opened = worker.store->attempt("open_writer", [&] {
    return sqlite::writer::open(worker.store, {worker.node, 0});
  });
  if (opened) worker.writer = std::move(*opened);
  return failure_of(opened);
}

std::optional<store_error> leave(process& worker) {
  return failure_of(worker.store->attempt("leave", [&] { worker.members->leave(worker.node); }));
}

std::optional<store_error> close(process& worker) {
  worker = process{worker.path, worker.options};
  return std::nullopt;
}

std::optional<store_error> commit(process& worker, const commit_batch& batch) {
  const auto receipt = worker.writer->commit(batch);
  if (!receipt) return receipt.error();
  for (const turn_receipt& turn : receipt.value().turns)
    if (turn.outcome != turn_outcome::committed) throw std::logic_error("a turn was refused");
  return std::nullopt;
}

step start(const std::string& instance, bool replace) {
  return {"start " + instance, [instance, replace](process& worker) -> std::optional<store_error> {
            const auto started = worker.client->start(start_of(instance), replace);
            if (started && !started.value()) throw std::logic_error("it exists");
            return failure_of(started);
          }};
}

step post(const std::string& instance, const std::string& name) {
  return {"post " + name, [content = event_for(instance, name)](process& worker) {
            return failure_of(worker.client->post(content));
          }};
}

// -- turns that a verification finds nothing wrong with ----------------------

history_event event(event_kind kind) {
  history_event recorded;
  recorded.kind = kind;
  recorded.name = "Hello";
  return recorded;
}

void add(turn_commit& turn, std::uint64_t first, std::vector<history_event> events) {
  turn.history.push_back({turn.execution, first, static_cast<std::uint32_t>(events.size()),
                          internal::pack_events("build", moment(1), events)});
}

turn_commit turn_of(const std::string& instance, std::uint64_t first, std::vector<history_event> events) {
  turn_commit turn;
  turn.instance = instance;
  turn.began_at = moment(static_cast<std::int64_t>(first));
  add(turn, first, std::move(events));
  return turn;
}

turn_commit created(const std::string& instance, std::string input) {
  turn_commit turn = turn_of(instance, 1, {event(event_kind::orchestration_started)});
  turn.creates = start_of(instance);
  turn.creates->input = std::move(input);
  return turn;
}

// The instances p and c, its child; p waits for c and for an activity.
commit_batch a_family() {
  history_event scheduled = event(event_kind::activity_scheduled);
  scheduled.name = "greet";
  history_event child = event(event_kind::sub_orchestration_scheduled);
  child.instance = "c";
  turn_commit p = created("p", "\"in\"");
  add(p, 2, {scheduled, child});
  p.activities = {activity_of("p", 2)};
  turn_commit c = created("c", "\"in\"");
  c.creates->parent = parent_link{"p", 1, 3};
  return batch_of({p, c});
}

// s takes its start message, p the result of its activity; a large instance is made.
commit_batch all_kinds_of_work() {
  turn_commit s = turn_of("s", 1, {event(event_kind::orchestration_started)});
  s.consumed = {2};
  s.kv = {{"x", "1", moment(1)}, {"y", std::string(5000, 'y'), moment(1)}};
  s.update.custom_status = "half way";
  history_event completed = event(event_kind::activity_completed);
  completed.source = 2;
  turn_commit p = turn_of("p", 4, {completed});
  p.finished_activities = {2};
  p.messages = {{conformance::timer_for("p", 4, moment(1000)), 0}, {event_for("c", "from p"), 0}};
  commit_batch batch = batch_of({s, p, created("large", std::string(9'000, 'x'))});
  batch.starts = {start_of("t")};
  batch.posts = {{event_for("c", "from a client")}};
  return batch;
}

commit_batch an_end() {
  turn_commit s = turn_of("s", 2, {event(event_kind::orchestration_completed)});
  s.update.status = runtime_status::completed;
  s.update.output = std::string(5000, 'o');
  s.ends = execution_end{1, runtime_status::completed, *s.update.output, std::nullopt};
  return batch_of({s});
}

commit_batch a_new_execution() {
  turn_commit large = turn_of("large", 2, {event(event_kind::orchestration_continued_as_new)});
  large.ends = execution_end{1, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  large.begins = execution_begin{2, "\"next\"", 0};
  return batch_of({large, created("u", std::string(5'000, 'u'))});
}

commit_batch a_message_taken() {
  history_event raised = event(event_kind::external_raised);
  turn_commit c = turn_of("c", 2, {raised});
  c.consumed = {1};
  return batch_of({c});
}

step committing(std::string name, commit_batch batch) {
  return {std::move(name), [batch = std::move(batch)](process& worker) { return commit(worker, batch); }};
}

}  // namespace

step opening() { return {"open", open}; }
step joining() { return {"join", join}; }
step opening_writer() { return {"open the writer", open_writer}; }
step closing() { return {"close", close}; }

const std::vector<step>& working_day() {
  static const std::vector<step> steps{opening(),
                                       joining(),
                                       opening_writer(),
                                       committing("commit a family", a_family()),
                                       post("c", "go"),
                                       start("s", false),
                                       committing("commit all kinds of work", all_kinds_of_work()),
                                       committing("commit an end", an_end()),
                                       start("s", true),
                                       committing("commit a new execution", a_new_execution()),
                                       {"leave", leave},
                                       closing(),
                                       opening(),
                                       joining(),
                                       opening_writer(),
                                       committing("commit a message taken", a_message_taken()),
                                       closing()};
  return steps;
}

const std::vector<step>& day_after() {
  static const std::vector<step> steps{opening(), joining(), opening_writer(),
                                       committing("commit a new instance", a_new_instance("after")),
                                       closing()};
  return steps;
}

commit_batch a_new_instance(const std::string& instance) { return batch_of({created(instance, "\"in\"")}); }

}  // namespace duroxide::persistence_tests
