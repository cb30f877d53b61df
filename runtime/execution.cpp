#include "runtime/execution.hpp"

#include "duroxide/detail/payload_depth.hpp"
#include "duroxide/limits.hpp"
#include "runtime/child_id.hpp"
#include "runtime/event_matching.hpp"
#include "runtime/stored_bytes.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

std::size_t packed_size(const history_event& event) {
  constexpr std::size_t fixed_part = 64;  // of a packed event: kind, keys, punctuation
  return fixed_part + event.name.size() + event.data.size() + (event.text ? event.text->size() : 0);
}

event_kind schedule_kind(detail::operation_kind kind) {
  switch (kind) {
  case detail::operation_kind::activity: return event_kind::activity_scheduled;
  case detail::operation_kind::timer: return event_kind::timer_created;
  case detail::operation_kind::external_event: return event_kind::external_subscribed;
  case detail::operation_kind::queue_message: return event_kind::queue_subscribed;
  case detail::operation_kind::sub_orchestration: break;
  }
  return event_kind::sub_orchestration_scheduled;
}

}  // namespace

execution::execution(execution_identity identity, orchestration_handler handler, execution_options options)
    : identity_(std::move(identity)), handler_(std::move(handler)), options_(std::move(options)) {}

execution::~execution() {
  const detail::running_code here(identity_.orchestration, identity_.instance);
  closing_ = true;  // eviction is not cancellation
  destroy_frames();
}

void execution::destroy_frames() {
  ready.clear();
  root_.reset();
  kept_.clear();
}

// But for the result, in replay.
void execution::close_code() {
  closing_ = true;
  if (!replaying_ || !finished_) return destroy_frames();
  ready.clear();
  kept_.clear();
}

// -- history ------------------------------------------------------------------

void execution::begin(history_event started) {
  started_ = std::make_unique<history_event>(started);
  has_parent_ = started.parent.has_value();
  append(std::move(started));
}

void execution::replay(std::vector<history_event> history) {
  const detail::running_code here(identity_.orchestration, identity_.instance);
  recorded_ = std::move(history);
  started_ = std::make_unique<history_event>(recorded_.front());
  has_parent_ = started_->parent.has_value();
  pass(*started_);
  // Alone it counts in its first turn, whoever has written it.
  if (recorded_.size() == 1) turn_bytes_ = stored_bytes(*started_);
  if (recorded_.size() > 1) replay_events();
  last_id_ = recorded_.back().id;  // also after a mismatch: the ending goes behind what is there
  turn_first_id_ = last_id_ + 1;
  odd_drops_.shrink_to_fit();
  if (!options_.verify_replay && !mismatch_) recorded_ = {};
}

// Of the code, or of the history: who drops last agrees.
void execution::note_drop(std::uint64_t event_id) {
  if (const auto at = std::ranges::find(odd_drops_, event_id); at != odd_drops_.end())
    odd_drops_.erase(at);
  else
    odd_drops_.push_back(event_id);
}

// Whether what comes in the history was written by a build without a limit to the depth of what is written.
bool execution::has_deep_payloads_ahead() const {
  return std::any_of(recorded_.begin() + static_cast<std::ptrdiff_t>(cursor_), recorded_.end(),
                     [](const history_event& each) {
                       return is_schedule_event(each.kind) && detail::is_too_deep(each.data);
                     });
}

void execution::replay_events() {
  const detail::deep_payloads of_old_builds(
      [](const void* self) { return static_cast<const execution*>(self)->has_deep_payloads_ahead(); }, this);
  replaying_ = true;
  run_first();
  for (pass_over_drops(); cursor_ < recorded_.size() && !mismatch_; pass_over_drops()) {
    const history_event& next = recorded_[cursor_];
    if (is_schedule_event(next.kind) && is_ended_history_ && !closing_) {
      close_code();  // perhaps it is what a destructor asked for at the end
    } else if (is_schedule_event(next.kind)) {
      set_mismatch("the history has " + describe_recorded(next) + ", but the code " +
                   (code_is_done() ? "has ended" : "waits") + " without asking for it");
    } else {
      pass(next);
      apply(next);
    }
  }
  replaying_ = false;
}

void execution::pass(const history_event& recorded) {
  ++cursor_;
  last_id_ = recorded.id;
  history_bytes_ += packed_size(recorded);
}

// Gives false if the next recorded event is no drop.
bool execution::pass_drop() {
  if (cursor_ == recorded_.size() || recorded_[cursor_].kind != event_kind::operation_dropped) return false;
  note_drop(recorded_[cursor_].source);
  pass(recorded_[cursor_]);
  return true;
}

void execution::pass_over_drops() {
  while (pass_drop()) {
  }
}

std::uint64_t execution::next_event_id() {
  if (replaying_) pass_over_drops();
  return last_id_ + 1;
}

const history_event& execution::append(history_event event) {
  event.id = ++last_id_;
  event.build = options_.build_id;
  if (inputs_) event.recorded_at = inputs_->now;
  history_bytes_ += packed_size(event);
  turn_bytes_ += stored_bytes(event);
  return this_turn().events.emplace_back(std::move(event));
}

const history_event* execution::match(const history_event& asked, const std::source_location& where) {
  pass_over_drops();
  if (cursor_ == recorded_.size()) {
    set_mismatch("the code asked for " + describe(asked) + " at " + describe(where) +
                 ", but the history ends before that, with " + describe_recorded(recorded_.back()));
    return nullptr;
  }
  const history_event& recorded = recorded_[cursor_];
  if (!matches(recorded, asked)) {
    set_mismatch("the history has " + describe_recorded(recorded) + ", but the code asked for " +
                 describe(asked) + " at " + describe(where));
    return nullptr;
  }
  pass(recorded);
  return &recorded;
}

void execution::set_mismatch(std::string message) {
  if (mismatch_) return;
  mismatch_ = error_details{error_category::configuration, error_kind::nondeterminism,
                            "nondeterministic: in execution " + std::to_string(identity_.execution) +
                                " of instance '" + identity_.instance + "' " + std::move(message) +
                                "; run instances that are under way with the code that began them",
                            identity_.orchestration};
}

// -- what the coroutine calls -------------------------------------------------

history_event execution::schedule_event(const detail::operation& what) {
  history_event event;
  event.kind = schedule_kind(what.kind);
  event.name = what.name;
  event.data = what.input;
  event.tag = what.tag;
  event.session = what.session;
  event.attempt = what.attempt;
  event.retry_of = what.retry_of;
  event.version = what.version;
  if (what.kind == detail::operation_kind::sub_orchestration)
    event.instance = what.instance ? *what.instance : id_of_child(next_event_id());
  if (what.due)
    event.due = what.due;
  else if (what.delay && inputs_)
    event.due = inputs_->now + *what.delay;
  return event;
}

// A child that a build before the short form has named keeps its name.
std::string execution::id_of_child(std::uint64_t event_id) const {
  std::string long_id = long_child_id(identity_.instance, identity_.execution, event_id);
  const bool is_recorded = replaying_ && cursor_ < recorded_.size() && recorded_[cursor_].instance == long_id;
  return is_recorded ? long_id : short_child_id(identity_.instance, long_id);
}

void execution::start(detail::operation what, detail::pending_operation& pending) {
  pending.owner = this;
  const history_event* scheduled = record(schedule_event(what), what.where);
  if (!scheduled) return;
  if (!replaying_)
    note_if_refused(what.kind == detail::operation_kind::activity ? "the input of activity"
                                                                  : "the input of orchestration",
                    scheduled->name, scheduled->data);
  pending.event_id = scheduled->id;
  bool waits = what.kind == detail::operation_kind::external_event ||
               what.kind == detail::operation_kind::queue_message;
  open_.emplace(scheduled->id, open_operation{scheduled->kind, waits ? scheduled->name : std::string(),
                                              scheduled->instance.value_or(std::string()), &pending});
  switch (what.kind) {
  case detail::operation_kind::external_event: event_waits_[what.name].insert(pending.event_id); return;
  case detail::operation_kind::queue_message:
    queue_waits_[what.name].insert(pending.event_id);
    return deliver_queued(what.name);
  default: break;
  }
  if (replaying_) return;
  if (what.kind == detail::operation_kind::activity) this_turn().activities.push_back(pending.event_id);
  if (what.kind == detail::operation_kind::timer)
    this_turn().timers.push_back({pending.event_id, *scheduled->due});
  if (what.kind == detail::operation_kind::sub_orchestration)
    this_turn().children.push_back(pending.event_id);
}

void execution::drop(detail::pending_operation& pending) noexcept {
  if (closing_) return;
  if (pending.settled()) return give_back(pending);
  auto at = open_.find(pending.event_id);
  if (at == open_.end()) return;  // asked for after a mismatch
  open_operation operation = std::move(at->second);
  open_.erase(at);
  if (operation.kind == event_kind::external_subscribed) event_waits_[operation.name].erase(pending.event_id);
  if (operation.kind == event_kind::queue_subscribed) {
    const auto waits = queue_waits_.find(operation.name);
    waits->second.erase(pending.event_id);
    if (waits->second.empty()) queue_waits_.erase(waits);
  }
  if (replaying_) {
    note_drop(pending.event_id);
    pass_drop();
  }
  if (replaying_ || mismatch_) return;
  history_event dropped;
  dropped.kind = event_kind::operation_dropped;
  dropped.source = pending.event_id;
  append(std::move(dropped));
  cancel_effect(pending.event_id, operation);
}

void execution::detach(detail::pending_operation& pending) noexcept {
  if (auto at = open_.find(pending.event_id); at != open_.end()) at->second.pending = nullptr;
}

void execution::taken(detail::pending_operation& pending) noexcept { held_.erase(pending.event_id); }

void execution::start_detached(detail::detached_start what) {
  history_event asked;
  asked.kind = event_kind::orchestration_detached;
  asked.name = std::move(what.name);
  asked.data = std::move(what.input);
  asked.instance = std::move(what.instance);
  asked.version = std::move(what.version);
  const history_event* scheduled = record(std::move(asked), what.where);
  if (!scheduled || replaying_) return;
  if (!note_if_refused("the input of orchestration", scheduled->name, scheduled->data))
    this_turn().detached.push_back(scheduled->id);
}

void execution::continue_as_new(detail::continue_as_new next) {
  if (!next_) next_ = std::move(next);
}

void execution::keep(std::unique_ptr<detail::kept_by_engine> detached) {
  kept_.push_back(std::move(detached));
}

void execution::let_go(const detail::kept_by_engine* settled) noexcept {
  std::erase_if(kept_, [settled](const auto& each) { return each.get() == settled; });
}

bool execution::continue_as_new_suggested() const {
  return last_id_ >= limits::long_history_events || history_bytes_ >= limits::long_history_bytes;
}

// -- running the coroutine ----------------------------------------------------

void execution::run_first() {
  code_started_ = true;
  const std::unique_ptr<history_event> started = std::move(started_);
  custom_status_ = started->text;
  for (auto& each : started->kv) kv_.emplace(each.key, detail::kv_value{each.value, each.updated_at});
  for (const auto& each : started->carried) buffered_[each.queue].emplace_back(++arrivals_, each.data);
  try {
    root_ = handler_(orchestration_context(*this), std::move(started->data));
    root_->start(*this,
                 {[](void* self, std::size_t) { static_cast<execution*>(self)->finished_ = true; }, this, 0});
  } catch (...) {
    abort_ = details_of_current_exception(error_kind::orchestration_failed, identity_.orchestration);
  }
  drain();
}

void execution::drain() {
  ready.drain([this] { return code_is_done(); });
}

void execution::settle(std::uint64_t source,
                       std::variant<std::monostate, std::string, error_details> outcome) {
  auto at = open_.find(source);
  detail::pending_operation* pending = at->second.pending;
  open_.erase(at);
  if (!pending) return;
  pending->outcome = std::move(outcome);
  ready.push(pending->on_settled);
}

// -- turns --------------------------------------------------------------------

turn& execution::this_turn() {
  if (!turn_) turn_ = std::make_unique<turn>();
  return *turn_;
}

turn execution::take_turn() {
  turn made = std::move(this_turn());
  turn_.reset();
  return made;
}

turn execution::run(std::span<const message> arrived, backlog& waiting, const turn_inputs& inputs) {
  const detail::running_code here(identity_.orchestration, identity_.instance);
  inputs_ = &inputs;
  if (!this_turn().events.empty()) this_turn().events.front().recorded_at = inputs.now;
  if (!code_started_ && !mismatch_) run_first();
  take_from(waiting);
  for (auto next = arrived.begin(); next != arrived.end() && has_room(); ++next) take(*next, waiting);
  turn made = assemble_turn();
  inputs_ = nullptr;
  return made;
}

turn execution::cancel_before_start(std::span<const message> arrived, backlog& waiting,
                                    const turn_inputs& inputs) {
  inputs_ = &inputs;
  this_turn().events.front().recorded_at = inputs.now;
  options_.verify_replay = false;                           // replay would run the code
  for (const message& each : arrived) take(each, waiting);  // the cancellation may be behind anything
  turn made = assemble_turn();
  inputs_ = nullptr;
  return made;
}

turn execution::fail(error_details why, const turn_inputs& inputs) {
  inputs_ = &inputs;
  if (!this_turn().events.empty()) this_turn().events.front().recorded_at = inputs.now;
  abort_ = std::move(why);
  options_.verify_replay = false;  // replay cannot lead to what comes from outside
  turn made = assemble_turn();
  inputs_ = nullptr;
  return made;
}

}  // namespace duroxide::internal
