#include "tests/persistence/conformance/kit.hpp"

#include <numeric>
#include <sstream>

namespace duroxide::conformance {

const std::vector<std::uint32_t> all_shards = [] {
  std::vector<std::uint32_t> all(1024);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}();

namespace {

std::string packed_events(std::uint64_t first, std::uint32_t count) {
  std::string events;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i != 0) events += ',';
    events += R"({"kind":"guid_recorded","data":")" + std::to_string(first + i) + R"("})";
  }
  return R"({"build":"test","at":1000,"events":[)" + events + "]}";
}

std::string text_of(const std::optional<error_details>& error) {
  return error ? " error " + std::string(to_string(error->kind)) + " '" + error->message + "'" : "";
}

void describe(std::ostream& out, const message& entry) {
  out << "inbox " << to_string(entry.kind);
  if (entry.execution != 0) out << " of " << entry.execution;
  if (entry.source != 0) out << " from " << entry.source;
  if (!entry.name.empty()) out << " " << entry.name;
  if (!entry.data.empty()) out << " '" << entry.data << "'";
  out << text_of(entry.error) << "\n";
}

}  // namespace

live_store::live_store(const store_kind& kind) : store_(kind.make()), provider_(store_->open()) { join(); }

void live_store::join() {
  node_ = provider_->join({"tester", {"Hello"}, {"greet"}}).value();
  writer_ = provider_->open_writer(node_.node, 0).value();
}

std::shared_ptr<provider> live_store::provider_for_another() const {
  return store_->is_shared() ? store_->open() : provider_;
}

other_node::other_node(const live_store& store, bool runs_orchestrations)
    : provider_(store.provider_for_another()),
      node_(provider_->join({"other", {"Hello"}, {"greet"}, runs_orchestrations}).value()),
      writer_(provider_->open_writer(node_.node, 0).value()) {}

batch_receipt live_store::commit(const commit_batch& batch) { return writer_->commit(batch).value(); }

turn_receipt live_store::commit(const turn_commit& turn) { return commit(batch_of({turn})).turns.at(0); }

void live_store::create(const std::string& instance) {
  REQUIRE(commit(first_turn(instance)).outcome == turn_outcome::committed);
}

std::uint64_t live_store::post(const message& content) {
  commit_batch batch;
  batch.posts.push_back({content});
  const auto receipt = commit(batch).posts.at(0);
  REQUIRE(receipt.outcome == post_outcome::accepted);
  return receipt.message_id;
}

void live_store::crash() {
  if (!store_->is_shared()) return restart();
  writer_.reset();
  provider_.reset();
  provider_ = store_->open();
  join();
}

void live_store::restart() {
  writer_.reset();
  provider_->leave(node()).value();
  join();
}

std::string live_store::seen(const std::string& instance) const {
  const auto loaded = provider_->load(instance).value();
  if (!loaded) return "";
  const instance_status& status = loaded->status;
  std::ostringstream out;
  out << status.orchestration << " " << status.version << " " << to_string(status.status) << ", execution "
      << status.execution << ", input '" << loaded->input << "'";
  if (!status.output.empty()) out << ", output '" << status.output << "'";
  out << text_of(status.error) << "\n";
  for (const auto& row : loaded->history)
    out << "events " << row.first_event_id << ".." << row.first_event_id + row.count - 1 << "\n";
  for (const auto& each : loaded->inbox) describe(out, each);
  for (const auto& each : loaded->activities)
    out << "activity " << each.key.execution << "/" << each.key.event_id << " " << each.name << "\n";
  return out.str();
}

std::uint64_t life_of(provider& store, const std::string& instance) {
  return store.load(instance).value().value().life;
}

timestamp moment(std::int64_t milliseconds) { return timestamp(duration(1'700'000'000'000 + milliseconds)); }

instance_start start_of(const std::string& instance) {
  return {instance, "Hello", "1.0.0", "\"in\"", std::nullopt, moment(0), {}, {}};
}

turn_commit first_turn(const std::string& instance) {
  turn_commit turn;
  turn.instance = instance;
  turn.began_at = moment(1);
  turn.creates = start_of(instance);
  turn.history.push_back({1, 1, 2, packed_events(1, 2)});
  return turn;
}

turn_commit turn_of(const std::string& instance, std::uint64_t event_id) {
  turn_commit turn;
  turn.instance = instance;
  turn.began_at = moment(static_cast<std::int64_t>(event_id));
  turn.history.push_back({1, event_id, 1, packed_events(event_id, 1)});
  return turn;
}

turn_commit last_turn(const std::string& instance, std::uint64_t event_id) {
  turn_commit turn = turn_of(instance, event_id);
  turn.update.status = runtime_status::completed;
  turn.update.output = "\"out\"";
  turn.ends = execution_end{1, runtime_status::completed, "\"out\"", std::nullopt};
  return turn;
}

commit_batch batch_of(std::vector<turn_commit> turns) {
  commit_batch batch;
  for (auto& turn : turns) batch.turns.push_back(std::make_shared<const turn_commit>(std::move(turn)));
  return batch;
}

message event_for(const std::string& instance, const std::string& name) {
  message event;
  event.kind = message_kind::event_raised;
  event.instance = instance;
  event.name = name;
  event.visible_at = moment(0);
  return event;
}

message timer_for(const std::string& instance, std::uint64_t source, timestamp due) {
  message timer;
  timer.kind = message_kind::timer_due;
  timer.instance = instance;
  timer.execution = 1;
  timer.source = source;
  timer.visible_at = due;
  return timer;
}

stored_activity activity_of(const std::string& instance, std::uint64_t event_id) {
  stored_activity activity;
  activity.key = {instance, 1, event_id};
  activity.name = "greet";
  activity.input = "\"World\"";
  return activity;
}

stored_activity shared_activity(const std::string& instance, std::uint64_t event_id) {
  stored_activity activity = activity_of(instance, event_id);
  activity.claimable = true;
  return activity;
}

turn_commit scheduling(const std::vector<stored_activity>& activities) {
  turn_commit turn = first_turn(activities.at(0).key.instance);
  turn.activities = activities;
  return turn;
}

activity_claim claim_at(std::int64_t milliseconds) {
  activity_claim claim;
  claim.names = {"greet"};
  claim.limit = 10;
  claim.max_sessions = 10;
  claim.session_idle_timeout = duration(1000);
  claim.session_lock_timeout = duration(5000);
  claim.now = moment(milliseconds);
  return claim;
}

claimed_outcome outcome_of(const activity_key& key, const std::string& result) {
  message done;
  done.kind = message_kind::activity_done;
  done.instance = key.instance;
  done.execution = key.execution;
  done.source = key.event_id;
  done.data = result;
  done.visible_at = moment(0);
  return {key, done};
}

std::string outline(const std::vector<activity_key>& keys) {
  std::string text;
  for (const auto& each : keys) {
    if (!text.empty()) text += ' ';
    text += each.instance + std::to_string(each.event_id);
  }
  return text;
}

std::string outline(const std::vector<stored_activity>& activities) {
  std::vector<activity_key> keys;
  for (const auto& each : activities) keys.push_back(each.key);
  return outline(keys);
}

std::string outline(const std::vector<message>& messages) {
  std::string text;
  for (const auto& each : messages) {
    if (!text.empty()) text += ' ';
    text += each.name.empty() ? std::to_string(each.source) : each.name;
  }
  return text;
}

}  // namespace duroxide::conformance
