#include "tests/support/replay_kit.hpp"

#include "runtime/history_codec.hpp"

#include <algorithm>

namespace duroxide::test {

namespace {

constexpr const char* build = "test build";

// As a store would give it back.
std::vector<history_event> through_the_codec(const std::vector<history_event>& history) {
  std::vector<history_event> stored;
  for (const auto& event : history) {
    auto packed = internal::pack_events(event.build, event.recorded_at, {&event, 1});
    auto unpacked = internal::unpack_events(event.id, packed);
    if (!unpacked) throw broken_law(unpacked.error());
    stored.push_back(unpacked->front());
  }
  return stored;
}

void note(running_work& running, const history_event& event,
          const std::map<std::uint64_t, std::string>& children) {
  if (event.kind == event_kind::activity_scheduled) running.activities.insert(event.id);
  if (event.kind == event_kind::timer_created) running.timers.insert(event.id);
  if (event.kind == event_kind::sub_orchestration_scheduled) running.children.insert(*event.instance);
  if (event.source == 0) return;
  running.activities.erase(event.source);
  running.timers.erase(event.source);
  if (auto child = children.find(event.source); child != children.end())
    running.children.erase(child->second);
}

std::map<std::uint64_t, std::string> children_of(const std::vector<history_event>& history) {
  std::map<std::uint64_t, std::string> children;
  for (const auto& event : history)
    if (event.kind == event_kind::sub_orchestration_scheduled) children.emplace(event.id, *event.instance);
  return children;
}

running_work running_in(const std::vector<history_event>& history) {
  running_work running;
  auto children = children_of(history);
  for (const auto& event : history) note(running, event, children);
  return running;
}

bool follows(const std::vector<history_event>& history, std::size_t i) {
  if (i == 0) return history[i].id == 1;
  const std::uint64_t before = history[i - 1].id;
  return history[i].kind == event_kind::orchestration_rewound ? history[i].id > before
                                                              : history[i].id == before + 1;
}

}  // namespace

replay_kit::replay_kit(orchestration_handler handler, kit_options options)
    : handler_(std::move(handler)),
      options_(std::move(options)), identity_{options_.instance, options_.execution, "it", "1.0.0"} {}

void replay_kit::broken(const std::string& law) const {
  throw broken_law(law + "\nhistory:\n" + history() + "\nlast turn:\n" + added() + "\n" + effects() + "\n" +
                   messages());
}

// -- executions ---------------------------------------------------------------

replay_kit::execution_ptr replay_kit::make() const {
  internal::execution_options options{build, options_.verify_replay};
  options.turn_limit = options_.turn_limit;
  options.history_format = options_.history_format;
  return std::make_unique<internal::execution>(identity_, handler_, std::move(options));
}

replay_kit::execution_ptr replay_kit::rebuild() const {
  auto rebuilt = make();
  rebuilt->replay(through_the_codec(history_));
  return rebuilt;
}

void replay_kit::store(const std::vector<std::string>& events) {
  for (const auto& line : events) {
    history_.push_back(parse_event(line));
    history_.back().build = "old build";
    history_.back().recorded_at = timestamp(duration(500));
  }
  custom_status_ = history_.front().text;
  running_ = running_in(history_);
  hot_ = rebuild();
}

void replay_kit::start_with(history_event started, const std::vector<std::string>& messages) {
  started.build = build;
  started.recorded_at = now_;
  custom_status_ = started.text;
  hot_ = make();
  hot_->begin(started);
  started.id = 1;
  history_ = {std::move(started)};  // so that it can be rebuilt; the first turn gives it again
  running_ = {};
  fresh_ = true;
  take_turn(messages);
}

void replay_kit::continues(const std::vector<std::string>& messages) {
  if (!continued()) broken("only what continued as new has a next execution");
  history_event started;
  started.name = "it";
  started.data = last_.ends->output;
  started.version = last_.ends->version;
  started.text = custom_status_;
  started.kv = last_.ends->kv;
  started.labels = last_.ends->labels;
  std::vector<message> arrived = last_.unconsumed;
  give_back(last_.ends->given_back);
  options_.history_format = limits::history_format;
  ++identity_.execution;
  hot_ = make();
  hot_->begin(started);
  started.id = 1;
  started.build = build;
  started.recorded_at = now_;
  history_ = {std::move(started)};
  running_ = {};
  fresh_ = true;
  for (const auto& line : messages) arrived.push_back(parse_message(line, identity_.execution));
  deliver(std::move(arrived));
}

std::vector<message> replay_kit::all_in(internal::backlog waiting) const {
  std::vector<message> all;
  for (const std::string& queue : queues_)
    while (waiting.front(queue) != nullptr) all.push_back(waiting.pop(queue));
  return all;
}

// As the inbox of a store has them: in front of all others.
void replay_kit::give_back(const std::vector<queued_message>& rest) {
  std::vector<message> behind = all_in(waiting_);
  waiting_ = internal::backlog();
  for (const queued_message& each : rest) {
    message content;
    content.kind = message_kind::enqueued;
    content.id = ++messages_;
    content.name = each.queue;
    content.data = each.data;
    waiting_.push(std::move(content));
  }
  for (message& each : behind) waiting_.push(std::move(each));
}

// -- turns --------------------------------------------------------------------

internal::turn replay_kit::run(internal::execution& running, const std::vector<message>& arrived,
                               internal::backlog& waiting, std::uint64_t& drawn) const {
  internal::turn_inputs inputs{now_, [&drawn] { return 0x9e3779b97f4a7c15ULL * ++drawn; }};
  return running.run(arrived, waiting, inputs);
}

void replay_kit::take_turn(const std::vector<std::string>& messages) {
  std::vector<message> arrived;
  for (const auto& line : messages) arrived.push_back(parse_message(line, identity_.execution));
  deliver(std::move(arrived));
}

void replay_kit::deliver(std::vector<message> arrived) {
  for (auto& each : arrived) {
    each.instance = identity_.instance;
    if (each.kind == message_kind::enqueued) queues_.insert(each.name);
    if (each.id == 0) each.id = ++messages_;
  }
  if (options_.evict && !fresh_) hot_ = rebuild();
  const internal::backlog before = waiting_;
  std::optional<internal::turn> cold_turn;
  if (options_.compare_cold) {
    auto cold = rebuild();
    std::uint64_t drawn = drawn_;
    internal::backlog waiting = waiting_;
    cold_turn = run(*cold, arrived, waiting, drawn);
  }
  last_ = run(*hot_, arrived, waiting_, drawn_);
  if (last_.custom_status) custom_status_ = *last_.custom_status;
  if (fresh_) history_.clear();
  bool first = std::exchange(fresh_, false);
  history_.insert(history_.end(), last_.events.begin(), last_.events.end());
  if (cold_turn && first) cold_turn->events.insert(cold_turn->events.begin(), last_.events.front());
  if (cold_turn) check_cold_turn(*std::move(cold_turn), last_);
  if (options_.compare_cold) check_state();
  check_messages(arrived, before);
  check_work();
}

void replay_kit::fail(const error_details& why) {
  last_ = hot_->fail(why, {now_, [] { return std::uint64_t{0}; }});
  if (std::exchange(fresh_, false)) history_.clear();
  history_.insert(history_.end(), last_.events.begin(), last_.events.end());
  check_work();
}

std::string replay_kit::outcome() const {
  if (!ended()) return {};
  std::string all = "\n" + effects();
  std::size_t begin = all.find("\nends ") + 6;
  return all.substr(begin, all.find('\n', begin) - begin);
}

// -- laws ---------------------------------------------------------------------

void replay_kit::check_cold_turn(internal::turn cold, const internal::turn& hot) const {
  auto all = [](const internal::turn& made) {
    return print(made.events) + "\n" + print_effects(made) + "\n" + print_messages(made);
  };
  if (all(cold) != all(hot))
    broken("a rebuilt execution must make the same turn, but it makes\n" + all(cold));
  if (cold.events != hot.events) broken("a rebuilt execution must record the same events");
  if (cold.warnings != hot.warnings) broken("a rebuilt execution must give the same warnings");
}

void replay_kit::check_state() const {
  for (std::size_t i = 0; i < history_.size(); ++i)
    if (!follows(history_, i)) broken("event ids must be 1..n without gaps, but for what was rewound");
  if (hot_->ended() != ended()) broken("a turn that ends is the last");
  if (ended()) return;
  auto cold = rebuild();
  if (cold->mismatch()) broken("a history must replay, but " + cold->mismatch()->message);
  // A history of event 1 alone is one whose first turn has not run.
  if (history_.size() > 1 && cold->state_for_comparison() != hot_->state_for_comparison())
    broken("replay must lead to the same state: " + hot_->state_for_comparison() + " and " +
           cold->state_for_comparison());
}

void replay_kit::check_messages(const std::vector<message>& arrived, const internal::backlog& before) const {
  std::multiset<std::uint64_t> given;
  std::multiset<std::uint64_t> taken(last_.consumed.begin(), last_.consumed.end());
  for (const auto& each : arrived) given.insert(each.id);
  for (const auto& each : all_in(before)) given.insert(each.id);
  taken.insert(last_.discarded.begin(), last_.discarded.end());
  for (const auto& each : last_.unconsumed) taken.insert(each.id);
  for (const auto& each : all_in(waiting_)) taken.insert(each.id);
  if (given != taken) broken("every message must be consumed, discarded or left over, exactly once");
  if (!continued() && !last_.unconsumed.empty()) broken("only continue-as-new leaves messages over");
}

void replay_kit::check_work() {
  for (auto id : last_.activities) running_.activities.insert(id);
  for (const auto& timer : last_.timers) running_.timers.insert(timer.event_id);
  for (auto id : last_.children) running_.children.insert(*last_.event(id).instance);
  for (auto id : last_.finished_activities)
    if (running_.activities.erase(id) == 0) broken("only a running activity can finish");
  for (auto id : last_.cancelled_activities) running_.activities.erase(id);
  for (auto id : last_.cancelled_timers) running_.timers.erase(id);
  for (const auto& id : last_.cancelled_children) running_.children.erase(id);
  auto children = children_of(history_);
  for (const auto& event : last_.events) {
    if (event.kind == event_kind::timer_fired) running_.timers.erase(event.source);
    bool child_ended = event.kind == event_kind::sub_orchestration_completed ||
                       event.kind == event_kind::sub_orchestration_failed;
    if (child_ended) running_.children.erase(children.at(event.source));
  }
  if (ended() && running_ != running_work{}) broken("an ending leaves nothing running");
  if (!ended() && running_ != running_in(history_)) broken("what runs must be what history says is running");
}

// -- stories ------------------------------------------------------------------

namespace {

std::string tell(const orchestration_handler& handler, std::string_view input,
                 const std::vector<std::string>& script, int format, bool evict, bool at_once) {
  replay_kit kit(handler, {.evict = evict, .history_format = format});
  kit.start(input);
  std::string told;
  auto go_on = [&] {
    while (kit.continued()) {
      told += kit.history() + "\n--\n";
      kit.continues();
    }
  };
  go_on();
  if (at_once) {
    if (!kit.ended()) kit.take_turn(script);
    go_on();
  }
  for (std::size_t i = 0; !at_once && i < script.size() && !kit.ended(); ++i) {
    kit.take_turn({script[i]});
    go_on();
  }
  return told + kit.history();
}

}  // namespace

std::string story(const orchestration_handler& handler, std::string_view input,
                  const std::vector<std::string>& script, int history_format) {
  std::string kept = tell(handler, input, script, history_format, false, false);
  auto must_agree = [&](const std::string& other, const char* how) {
    if (other != kept) throw broken_law("told turn by turn:\n" + kept + "\n" + how + ":\n" + other);
  };
  must_agree(tell(handler, input, script, history_format, true, false), "rebuilt before every turn");
  must_agree(tell(handler, input, script, history_format, false, true), "told in one turn");
  return kept;
}

}  // namespace duroxide::test
