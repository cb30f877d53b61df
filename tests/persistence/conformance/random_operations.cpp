// Random sequences of operations, on a store and on its model. DUROXIDE_MODEL_SEED runs one seed,
// DUROXIDE_MODEL_STEPS says how long a sequence is.
#include "tests/persistence/conformance/model.hpp"

#include <cstdlib>
#include <iostream>
#include <random>

namespace laws_of_random_operations {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

class random_run {
public:
  random_run(live_store& store, std::uint64_t seed) : store_(store), seed_(seed), random_(seed) {}

  void run(int steps) {
    for (step_ = 1; step_ <= steps; ++step_) {
      INFO("DUROXIDE_MODEL_SEED=" << seed_ << ", step " << step_);
      operate();
      for (int i = 0; i < most_instances; ++i) compare("i" + std::to_string(i));
      compare_undelivered();
    }
    CHECK(store_->administration().metrics().value().instances == model_.instances.size());
  }

private:
  static constexpr int most_instances = 5;

  // Arithmetic of our own: the standard's distributions differ from library to library.
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool once_in(std::uint64_t times) { return below(times) == 0; }
  std::uint64_t tenure_or_none() { return once_in(2) ? store_.membership().shards.front().tenure : 0; }
  std::string any_instance() { return "i" + std::to_string(below(most_instances)); }

  void operate() {
    switch (below(12)) {
    case 0: return start();
    case 1: return post();
    case 2: return post_by_writer();
    case 3: return remove();
    case 4:
      if (!once_in(4)) return turns(1);
      once_in(2) ? store_.restart() : store_.crash();
      return model_.forget_deliveries();
    case 5: return turns(1 + below(4));
    default: return turns(1);
    }
  }

  message new_event(const std::string& to) { return event_for(to, "m" + std::to_string(++names_)); }

  void start() {
    const std::string id = any_instance();
    const bool replace = once_in(2);
    INFO("start " << id << (replace ? ", replacing what has ended" : ""));
    CHECK(store_->start(start_of(id), replace).value() == model_.start(start_of(id), replace));
  }

  void post() {
    const message content = new_event(any_instance());
    INFO("post " << content.name << " to " << content.instance);
    CHECK(store_->post(content).value() == model_.post(content, false));
  }

  void post_by_writer() {
    commit_batch batch;
    batch.posts.push_back({new_event(any_instance()), tenure_or_none()});
    const auto& posted = batch.posts.front();
    INFO("post " << posted.content.name << " to " << posted.content.instance << " by the writer");
    CHECK(store_.commit(batch).posts.at(0).outcome ==
          model_.post(posted.content, posted.delivered_under != 0));
  }

  void remove() {
    if (!once_in(3)) return;
    const std::string id = any_instance();
    const bool force = once_in(2);
    INFO("remove " << id << (force ? " by force" : ""));
    const auto refusal = store_->administration().remove(id, force).value().refusal;
    const bool exists = model_.instances.contains(id);
    const auto expected = !exists                     ? deletion_refusal::not_found
                          : !force && model_.runs(id) ? deletion_refusal::still_running
                                                      : deletion_refusal::none;
    CHECK(refusal == expected);
    if (expected == deletion_refusal::none) model_.instances.erase(id);
  }

  // Turns of different instances in one batch.
  void turns(std::uint64_t count) {
    std::vector<turn_commit> made;
    std::vector<std::vector<std::string>> consumed;
    std::set<std::string> taken;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string id = any_instance();
      const bool creates = !model_.instances.contains(id) || once_in(10);
      if (!taken.insert(id).second || (!creates && !model_.runs(id))) continue;
      consumed.emplace_back();
      made.push_back(creates ? first_turn(id) : next_turn(id, consumed.back()));
    }
    if (made.empty()) return;
    const batch_receipt receipt = store_.commit(batch_of(made));
    for (std::size_t i = 0; i < made.size(); ++i) {
      INFO("turn of " << made[i].instance << " in execution " << made[i].execution);
      REQUIRE(receipt.turns.at(i).outcome == model_.apply(made[i], consumed[i]));
    }
  }

  turn_commit next_turn(const std::string& id, std::vector<std::string>& consumed) {
    const modelled_instance& instance = model_.instances.at(id);
    turn_commit turn;
    turn.instance = id;
    turn.execution = instance.execution;
    turn.began_at = moment(step_);
    turn.update.status = runtime_status::running;
    add_history(turn, instance);
    consume_some(turn, consumed);
    if (once_in(8)) {
      end(turn, instance);
    } else {
      settle_activities(turn, instance);
      add_effects(turn);
    }
    return turn;
  }

  void add_history(turn_commit& turn, const modelled_instance& instance) {
    const bool is_taken = instance.next_event > 1 && once_in(12);
    const std::uint64_t first = is_taken ? instance.next_event - 1 : instance.next_event;
    const auto count = static_cast<std::uint32_t>(1 + below(3));
    std::string packed = R"({"build":"b","at":1,"events":[)";
    for (std::uint32_t i = 0; i < count; ++i)
      packed += std::string(i == 0 ? "" : ",") + R"({"kind":"guid_recorded"})";
    turn.history.push_back({turn.execution, first, count, packed + "]}"});
  }

  // Ids are the store's; what they stand for is compared after every step.
  void consume_some(turn_commit& turn, std::vector<std::string>& consumed) {
    const auto loaded = store_->load(turn.instance).value();
    for (const message& each : loaded->inbox) {
      if (each.kind == message_kind::timer_due || once_in(2)) continue;
      turn.consumed.push_back(each.id);
      consumed.push_back(label_of(each));
    }
    if (once_in(12)) turn.consumed.push_back(1'000'000'000 + below(1000));  // nobody's
  }

  void end(turn_commit& turn, const modelled_instance& instance) {
    turn.cancelled_activities.assign(instance.activities.begin(), instance.activities.end());
    if (once_in(2)) {
      turn.ends = execution_end{turn.execution, runtime_status::continued_as_new, "\"next\"", std::nullopt};
      turn.begins = execution_begin{turn.execution + 1, "\"next\"", tenure_or_none()};
      return;
    }
    turn.update.status = once_in(2) ? runtime_status::completed : runtime_status::cancelled;
    turn.ends = execution_end{turn.execution, turn.update.status, "\"out\"", std::nullopt};
    if (turn.update.status == runtime_status::completed) turn.update.output = "\"out\"";
  }

  void settle_activities(turn_commit& turn, const modelled_instance& instance) {
    for (const std::uint64_t event : instance.activities) {
      if (once_in(3))
        turn.finished_activities.push_back(event);
      else if (once_in(4))
        turn.cancelled_activities.push_back(event);
    }
    if (once_in(12)) turn.finished_activities.push_back(999'999);  // never scheduled
    if (once_in(6)) turn.cancelled_activities.push_back(999'998);  // which may be gone
  }

  void add_effects(turn_commit& turn) {
    const history_row& row = turn.history.front();
    if (once_in(3)) turn.activities.push_back(activity(turn, row.first_event_id, once_in(3)));
    if (once_in(4)) {
      message timer = timer_for(turn.instance, ++names_, moment(static_cast<std::int64_t>(below(1000))));
      timer.execution = turn.execution;
      timers_.emplace_back(turn.instance, timer.source);
      turn.messages.push_back({timer, tenure_or_none()});
    }
    for (const auto& [instance, source] : timers_)
      if (instance == turn.instance && once_in(5)) turn.cancelled_timers.push_back(source);
    if (const std::string to = any_instance(); once_in(3) && model_.runs(to) && to == turn.instance)
      turn.messages.push_back({new_event(to), tenure_or_none()});
    if (once_in(8)) turn.kv_cleared = true;
    if (once_in(3))
      turn.kv.push_back({"k" + std::to_string(below(4)), std::to_string(step_)});
    else if (once_in(4))
      turn.kv.push_back({"k" + std::to_string(below(4)), std::nullopt});
    const std::string name = "l" + std::to_string(below(4));
    if (once_in(4))
      turn.labels.push_back({.wanted = once_in(2) ? make_label(name, step_) : make_label(name, "at")});
    else if (once_in(6))
      turn.labels.push_back({.wanted = {name, {}}, .is_removed = true});
    if (once_in(4))
      turn.update.custom_status = std::optional<std::string>("at " + std::to_string(step_));
    else if (once_in(8))
      turn.update.custom_status = std::optional<std::string>();
  }

  static stored_activity activity(const turn_commit& turn, std::uint64_t event, bool claimable) {
    stored_activity scheduled =
        claimable ? shared_activity(turn.instance, event) : activity_of(turn.instance, event);
    scheduled.key.execution = turn.execution;
    return scheduled;
  }

  void compare(const std::string& id) {
    INFO("instance " << id);
    REQUIRE(seen_in(*store_, id) == model_.seen(id));
  }

  void compare_undelivered() {
    std::multiset<std::string> brought;
    undelivered_page page;
    do {
      page = store_->fetch_undelivered(store_.node(), page.position, end_of_time, 7, {}).value();
      for (const message& each : page.messages) brought.insert(each.instance + " " + label_of(each));
    } while (page.more);
    REQUIRE(brought == model_.undelivered());
  }

  live_store& store_;
  const std::uint64_t seed_;
  std::mt19937_64 random_;
  store_model model_;
  int step_ = 0;
  std::uint64_t names_ = 0;
  std::vector<std::pair<std::string, std::uint64_t>> timers_;
};

int steps() {
  const char* given = std::getenv("DUROXIDE_MODEL_STEPS");
  return given != nullptr ? std::atoi(given) : 150;
}

void run_seed(const store_kind& kind, std::uint64_t seed) {
  live_store store(kind);
  random_run(store, seed).run(steps());
}

}  // namespace

LAW("a store does what its model does, whatever is asked of it") {
  for (const store_kind& kind : stores_under_test()) {
    INFO("in " << kind.name);
    if (const char* given = std::getenv("DUROXIDE_MODEL_SEED")) {
      run_seed(kind, std::strtoull(given, nullptr, 10));
      continue;
    }
    for (const std::uint64_t seed : {1, 2, 3}) run_seed(kind, seed);
    const std::uint64_t fresh = std::random_device{}();
    std::cout << "model test in " << kind.name << ": fresh DUROXIDE_MODEL_SEED=" << fresh << std::endl;
    run_seed(kind, fresh);
  }
}

}  // namespace laws_of_random_operations
