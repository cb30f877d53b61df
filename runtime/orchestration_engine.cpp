#include "runtime/orchestration_engine.hpp"

#include "runtime/operations/operation_type.hpp"
#include "runtime/recorder.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

history_event schedule_event(const operation_type& type, detail::operation& request, execution_state& state) {
  history_event event;
  event.kind = type.scheduled;
  if (type.fill) type.fill(event, request, state);
  event.name = std::move(request.name);
  event.data = std::move(request.input.text);
  event.tag = std::move(request.tag);
  event.session = std::move(request.session);
  event.attempt = request.attempt;
  event.retry_of = request.retry_of;
  event.version = std::move(request.version);
  return event;
}

}  // namespace

orchestration_engine::~orchestration_engine() {
  const detail::running_code here(state_.identity.orchestration, state_.identity.instance);
  closing_ = true;  // eviction is not cancellation
  destroy_frames();
}

// -- running the coroutine ----------------------------------------------------

void orchestration_engine::run_first() {
  const std::unique_ptr<history_event> started = std::move(state_.started);
  state_.values.custom_status = started->text;
  for (auto& each : started->kv)
    state_.values.kv.emplace(each.key, detail::kv_value{each.value, each.updated_at});
  for (auto& each : started->labels) state_.values.labels.emplace(each.name, each);
  for (const auto& each : started->carried) state_.boxes.put(each.queue, each.data);
  const detail::continuation finish{[](void* finished, std::size_t) { *static_cast<bool*>(finished) = true; },
                                    &state_.end.finished, 0};
  try {
    root_ = state_.handler(orchestration_context(*this), std::move(started->data));
    root_->start(*this, finish);
  } catch (...) {
    state_.end.system_error =
        details_of_current_exception(error_kind::orchestration_failed, state_.identity.orchestration);
  }
  drain();
}

void orchestration_engine::drain() {
  ready.drain([this] { return state_.code_is_done(); });
}

void orchestration_engine::complete_operation(std::uint64_t event_id, outcome result) {
  const auto closed = state_.open.close(event_id);
  detail::pending_operation* pending = closed.mapped().pending;
  if (!pending) return;
  pending->outcome = std::move(result);
  ready.push(pending->on_settled);
}

void orchestration_engine::deliver_from(const std::string& queue) {
  if (auto received = state_.boxes.next_delivery(queue)) receive(queue, *std::move(received));
}

void orchestration_engine::receive(const std::string& queue, mailboxes::delivery received) {
  const auto* pending = state_.open.find(received.wait)->pending;
  if (pending && received.arrival != 0) state_.boxes.hold(queue, received, *pending);
  complete_operation(received.wait, std::move(received.data));
}

std::string orchestration_engine::take_output() { return root_->take().text(); }

detail::payload_rewriter orchestration_engine::output_rewriter() const noexcept {
  return root_ ? root_->rewriter() : nullptr;
}

void orchestration_engine::destroy_frames() {
  ready.clear();
  root_.reset();
  kept_.clear();
}

void orchestration_engine::close() {
  closing_ = true;
  if (!is_replaying() || !state_.end.finished) return destroy_frames();
  ready.clear();
  kept_.clear();
}

// -- what the coroutine calls -------------------------------------------------

void orchestration_engine::start(detail::operation request, detail::pending_operation& pending) {
  pending.owner = this;
  const operation_type& type = type_of(request.kind);
  const code_location where = request.where;
  const history_event* scheduled =
      record(state_, schedule_event(type, request, state_), where, request.input.rewrite);
  if (!scheduled) return;
  if (!is_replaying() && !type.input_of.empty())
    refuse_payload(state_, type.input_of, scheduled->name, scheduled->data);
  pending.event_id = scheduled->id;
  state_.open.open(scheduled->id, {&type, type.is_wait() ? scheduled->name : std::string(),
                                   scheduled->instance.value_or(std::string()), &pending});
  if (type.is_wait()) {
    const std::string& name = scheduled->name;
    if (auto received = type.listen(state_.boxes, name, scheduled->id)) receive(name, *std::move(received));
  } else if (!is_replaying()) {
    type.start(state_.turn.content(), *scheduled);
  }
}

void orchestration_engine::drop(detail::pending_operation& pending) noexcept {
  if (closing_) return;
  if (pending.settled()) {
    if (const auto queue = state_.boxes.put_back(pending.event_id)) deliver_from(*queue);
    return;
  }
  const auto closed = state_.open.close(pending.event_id);
  if (!closed) return;  // asked for after a mismatch
  const open_operation& dropped = closed.mapped();
  if (dropped.type->is_wait()) dropped.type->stop_listening(state_.boxes, dropped.name, pending.event_id);
  if (is_replaying()) state_.history.drop(pending.event_id);
  if (is_replaying() || state_.history.mismatch()) return;
  history_event recorded;
  recorded.kind = event_kind::operation_dropped;
  recorded.source = pending.event_id;
  append(state_, std::move(recorded));
  state_.turn.cancel_effect(pending.event_id, dropped);
}

void orchestration_engine::detach(detail::pending_operation& pending) noexcept {
  state_.open.detach(pending.event_id);
}

void orchestration_engine::taken(detail::pending_operation& pending) noexcept {
  state_.boxes.set_seen(pending.event_id);
}

void orchestration_engine::start_detached(detail::detached_start request) {
  history_event asked;
  asked.kind = event_kind::orchestration_detached;
  asked.name = std::move(request.name);
  asked.data = std::move(request.input.text);
  asked.instance = std::move(request.instance);
  asked.version = std::move(request.version);
  const history_event* scheduled = record(state_, std::move(asked), request.where, request.input.rewrite);
  if (!scheduled || is_replaying()) return;
  if (!refuse_payload(state_, "the input of orchestration", scheduled->name, scheduled->data))
    state_.turn.content().detached.push_back(scheduled->id);
}

void orchestration_engine::continue_as_new(detail::continue_as_new next) {
  if (!state_.end.next) state_.end.next = std::move(next);
}

void orchestration_engine::keep(std::unique_ptr<detail::kept_by_engine> detached) {
  kept_.push_back(std::move(detached));
}

void orchestration_engine::let_go(const detail::kept_by_engine* settled) noexcept {
  std::erase_if(kept_, [settled](const auto& each) { return each.get() == settled; });
}

}  // namespace duroxide::internal
