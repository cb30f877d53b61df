#include "tests/simulation/clients.hpp"

#include "actors/store_client.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace duroxide::simulation {

namespace {

using namespace std::chrono_literals;

// How long a client waits for an answer before it takes it for lost.
constexpr duration patience = 20s;

message message_to(const std::string& instance, message_kind kind, std::string name, std::string data) {
  message made;
  made.kind = kind;
  made.instance = instance;
  made.name = std::move(name);
  made.data = std::move(data);
  return made;
}

}  // namespace

clients::clients(cluster& with, internal::dice& chance, log& events)
    : cluster_(with), chance_(chance), log_(events) {}

void clients::begin() {
  const std::uint64_t count = 1 + chance_.below(12);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto made = std::make_unique<workflow>();
    made->instance = "w" + std::to_string(i);
    made->what = make_program(chance_, 1 + chance_.below(25));
    made->messages = messages_of(made->what);
    made->to_cancel = chance_.once_in(15);
    if (!chance_.once_in(3)) made->door = chance_.below(cluster_.size());
    plan(duration(chance_.below(60'000)), *made);
    all_.push_back(std::move(made));
  }
}

void clients::plan(duration from_now, workflow& of) {
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + from_now, [this, &of] { act(of); });
}

void clients::act(workflow& of) {
  if (!of.started) return start(of);
  if (of.to_cancel && !of.cancelled && chance_.once_in(4)) return cancel(of);
  if (of.sent < of.messages) return send_message(of);
  const auto status = cluster_.store().status(of.instance).value();
  if (is_terminal(status.status)) return;
  if (of.to_cancel && !of.cancelled) return cancel(of);
  raise_signal(of);
}

// Starting twice does nothing the second time.
void clients::start(workflow& of) {
  const auto answered = [this, &of](result<start_result, error_details> how) {
    if (!how || of.started) return;
    of.started = true;
    log_.write(cluster_.time().true_time(), "client of " + of.instance, "started it");
    plan(duration(chance_.below(5'000)), of);
  };
  start_request what{std::string(interpreter.name()), of.instance, codec<program>::encode(of.what), {}};
  if (chance_.once_in(4)) what.options.delay = duration(chance_.below(10'000));
  if (!of.door)
    answered(internal::start_in(cluster_.store(), what));
  else if (auto door = cluster_.door(*of.door))
    door->start(std::move(what), answered);
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + patience, [this, &of] {
    if (!of.started) start(of);
  });
}

// `done` is called when the store has it for certain. Until then it is sent again and again.
template <class Send> void clients::deliver(workflow& of, message what, Send done) {
  auto settled = std::make_shared<bool>(false);
  const auto answered = [settled, done](result<std::monostate, error_details> how) {
    const bool over = how.has_value() || how.error().kind == error_kind::instance_terminal;
    if (over && !std::exchange(*settled, true)) done();
  };
  bool sent = true;
  if (!of.door) {
    what.visible_at = cluster_.time().true_time();
    (void)cluster_.store().post(what).value();
    answered(std::monostate{});
  } else if (auto door = cluster_.door(*of.door)) {
    door->post(what, answered);
  } else {
    sent = false;
  }
  if (*settled) return;
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + patience, [this, &of, what, done, settled, sent] {
    if (*settled) return;
    *settled = true;  // what is answered later is not believed any more
    if (sent) ++of.uncertain;
    deliver(of, what, done);
  });
}

void clients::send_message(workflow& of) {
  const std::int64_t number = of.sent + 1;
  deliver(
      of,
      message_to(of.instance, message_kind::enqueued, std::string(messages.name()), std::to_string(number)),
      [this, &of, number] {
        of.sent = number;
        log_.write(cluster_.time().true_time(), "client of " + of.instance, "sent " + std::to_string(number));
        plan(duration(chance_.below(3'000)), of);
      });
}

void clients::cancel(workflow& of) {
  of.cancelled = true;
  deliver(of, message_to(of.instance, message_kind::cancel, {}, "enough"), [this, &of] {
    log_.write(cluster_.time().true_time(), "client of " + of.instance, "cancelled it");
  });
  plan(1s, of);
}

// The status says which signal it waits for. An event that comes twice, or too late, is passed over.
void clients::raise_signal(workflow& of) {
  const auto status = cluster_.store().status(of.instance).value();
  if (status.custom_status) {
    const std::string& wanted = *status.custom_status;
    const std::string number = wanted.substr(wanted.rfind(' ') + 1);
    deliver(of, message_to(of.instance, message_kind::event_raised, wanted, number), [] {});
  }
  plan(duration(500 + chance_.below(2'000)), of);
}

bool clients::all_is_sent() const {
  return std::ranges::all_of(all_,
                             [](const auto& each) { return each->started && each->sent == each->messages; });
}

bool clients::all_has_ended() const {
  const auto ended = [this](const std::string& instance) {
    return is_terminal(cluster_.store().status(instance).value().status);
  };
  for (const auto& each : all_) {
    if (!each->started || !ended(each->instance)) return false;
    if (each->cancelled) continue;
    for (const launched& other : launches_of(each->what, each->instance))
      if (!ended(other.instance)) return false;
  }
  return true;
}

std::vector<std::string> clients::judge() const {
  std::vector<std::string> wrong;
  const auto note = [&wrong](std::string what) {
    if (!what.empty()) wrong.push_back(std::move(what));
  };
  for (const auto& each : all_) {
    note(judge(each->instance, each->what, each.get()));
    if (each->cancelled) continue;  // it may not have come to launching them
    for (const launched& other : launches_of(each->what, each->instance))
      note(judge(other.instance, other.what, nullptr));
  }
  return wrong;
}

std::string clients::judge(const std::string& instance, const program& what, const workflow* of) const {
  const instance_status ended = cluster_.store().status(instance).value();
  const std::string is = "workflow '" + instance + "' is " + std::string(to_string(ended.status));
  const std::string why = ended.error ? ": " + ended.error->message : std::string();
  if (of && of->cancelled && ended.status == runtime_status::cancelled) return {};
  if (what.fails) {
    const bool as_told =
        ended.status == runtime_status::failed && ended.error && ended.error->message == told_to_fail;
    return as_told ? std::string() : is + why + "; it had to fail with '" + told_to_fail + "'";
  }
  if (ended.status != runtime_status::completed) return is + why + "; it had to complete";
  const auto given = codec<outcome>::decode("the outcome", ended.output);
  if (given.sum != answer_of(what))
    return "workflow '" + instance + "' gave " + std::to_string(given.sum) + " instead of " +
           std::to_string(answer_of(what));
  if (of && given.doubled > of->uncertain)
    return "workflow '" + instance + "' got " + std::to_string(given.doubled) + " messages twice, of " +
           std::to_string(of->uncertain) + " that were sent twice (I4)";
  return {};
}

}  // namespace duroxide::simulation
