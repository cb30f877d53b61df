#include "tests/simulation/clients.hpp"

#include "duroxide/detail/client_requests.hpp"
#include "runtime/history_codec.hpp"
#include "runtime/rewinding.hpp"
#include "actors/client/rewind_plan.hpp"
#include "actors/client/store_client.hpp"

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
    made->script = make_program(chance_, 1 + chance_.below(25));
    made->messages = messages_of(made->script);
    made->signals = signals_of(made->script);
    made->raises_again = chance_.once_in(4);
    made->to_cancel = chance_.once_in(12);
    if (chance_.once_in(4)) made->pauses = 1 + static_cast<std::int64_t>(chance_.below(3));
    if (chance_.once_in(4)) made->rewinds = 1 + static_cast<std::int64_t>(chance_.below(3));
    if (!chance_.once_in(3)) made->through = chance_.below(cluster_.size());
    plan(duration(chance_.below(60'000)), *made);
    all_.push_back(std::move(made));
  }
}

void clients::plan(duration from_now, workflow& flow) {
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + from_now, [this, &flow] { act(flow); });
}

// A client that has cancelled its instance says nothing more to it.
void clients::act(workflow& flow) {
  if (!flow.started) return start(flow);
  if (flow.cancelled) return;
  if (flow.pauses > 0 && !flow.is_paused && chance_.once_in(2)) pause(flow);
  if (flow.rewinds > 0 && chance_.once_in(2)) rewind(flow);
  if (flow.to_cancel && chance_.once_in(4)) return cancel(flow);
  if (flow.sent < flow.messages) return send_messages(flow);
  const auto status = cluster_.store().status(flow.instance).value();
  if (is_terminal(status.status)) return;
  if (flow.to_cancel && chance_.once_in(4)) return cancel(flow);
  raise_signal(flow);
}

// Starting twice does nothing the second time.
void clients::start(workflow& flow) {
  const auto answered = [this, &flow](result<start_result, error_details> how) {
    if (!how || flow.started) return;
    flow.started = true;
    log_.write(cluster_.time().true_time(), "client of " + flow.instance, "started it");
    plan(duration(chance_.below(5'000)), flow);
  };
  start_request request{
      std::string(interpreter.name()), flow.instance, codec<program>::encode(flow.script), {}};
  if (chance_.once_in(4)) request.options.delay = duration(chance_.below(10'000));
  if (!flow.through)
    answered(internal::start_in(cluster_.store(), request));
  else
    cluster_.by_client_of(*flow.through,
                          [&](client_port& port) { port.start(std::move(request), answered); });
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + patience, [this, &flow] {
    if (!flow.started) start(flow);
  });
}

// False: the node is not there.
bool clients::hand_over(const workflow& flow, message content, const reply<std::monostate>& answered) {
  if (flow.through)
    return cluster_.by_client_of(*flow.through,
                                 [&](client_port& port) { port.post(std::move(content), answered); });
  content.visible_at = cluster_.time().true_time();
  (void)cluster_.store().post(content).value();
  answered(std::monostate{});
  return true;
}

// `done` is called when the store has all of it for certain. Until then what is behind the first message of
// which nobody knows is sent again and again.
template <class Done> void clients::deliver(workflow& flow, std::vector<message> outgoing, Done done) {
  auto missing = std::make_shared<std::set<std::size_t>>();
  for (std::size_t i = 0; i < outgoing.size(); ++i) missing->insert(i);
  bool is_sent = false;
  for (std::size_t i = 0; i < outgoing.size(); ++i)
    is_sent |= hand_over(flow, outgoing[i], [missing, done, i](result<std::monostate, error_details> how) {
      const bool over = how.has_value() || how.error().kind == error_kind::instance_terminal;
      if (over && missing->erase(i) == 1 && missing->empty()) done();
    });
  if (missing->empty()) return;
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + patience,
             [this, &flow, outgoing = std::move(outgoing), done, missing, is_sent] {
               if (missing->empty()) return;
               const auto first = outgoing.begin() + static_cast<std::ptrdiff_t>(*missing->begin());
               missing->clear();  // what is answered later is not believed any more
               std::vector<message> rest(first, outgoing.end());
               if (is_sent) flow.uncertain += std::ssize(rest);
               deliver(flow, std::move(rest), done);
             });
}

// One, or two at once: then the second says by its sign that it is not known whether the first is there.
void clients::send_messages(workflow& flow) {
  const std::int64_t first = flow.sent + 1;
  const std::int64_t last = std::min(flow.messages, first + (chance_.once_in(3) ? 1 : 0));
  std::vector<message> outgoing;
  for (std::int64_t number = first; number <= last; ++number)
    outgoing.push_back(message_to(flow.instance, message_kind::enqueued, std::string(messages.name()),
                                  std::to_string(number == first ? number : -number)));
  deliver(flow, std::move(outgoing), [this, &flow, last] {
    flow.sent = last;
    log_.write(cluster_.time().true_time(), "client of " + flow.instance,
               "sent the messages up to " + std::to_string(last));
    plan(duration(chance_.below(3'000)), flow);
  });
}

void clients::cancel(workflow& flow) {
  flow.cancelled = true;
  flow.cannot_end = flow.sent < flow.messages || std::ssize(flow.raised) < flow.signals;
  deliver(flow, {message_to(flow.instance, message_kind::cancel, {}, "enough")}, [this, &flow] {
    flow.cancel_is_accepted = true;
    log_.write(cluster_.time().true_time(), "client of " + flow.instance, "cancelled it");
  });
}

// The status says which signal it waits for. An event that comes twice, or too late, is passed over.
void clients::raise_signal(workflow& flow) {
  plan(duration(500 + chance_.below(2'000)), flow);
  const auto status = cluster_.store().status(flow.instance).value();
  if (!status.custom_status) return;
  const std::string& wanted = *status.custom_status;
  const bool is_first = flow.raised.insert(wanted).second;
  if (!is_first && !flow.raises_again) return;
  const std::string number = wanted.substr(wanted.rfind(' ') + 1);
  deliver(flow, {message_to(flow.instance, message_kind::event_raised, wanted, number)},
          [this, &flow, wanted] {
            log_.write(cluster_.time().true_time(), "client of " + flow.instance, "raised " + wanted);
          });
}

// With its children or without. Its client goes on meanwhile: what it sends must not be lost.
void clients::pause(workflow& flow) {
  --flow.pauses;
  flow.is_paused = true;
  const reach scope = chance_.once_in(2) ? reach::tree : reach::alone;
  deliver(flow, {duroxide::detail::signal_pause(flow.instance, "for a while", scope)}, [this, &flow] {
    log_.write(cluster_.time().true_time(), "client of " + flow.instance, "paused it");
    internal::world& world = cluster_.time();
    world.plan(world.steady_clock() + duration(chance_.below(20'000)), [this, &flow] { resume(flow); });
  });
}

void clients::resume(workflow& flow) {
  deliver(flow, {duroxide::detail::signal_resume(flow.instance, reach::tree)}, [this, &flow] {
    log_.write(cluster_.time().true_time(), "client of " + flow.instance, "let it go on");
    flow.is_paused = false;
    keep_going(flow);
  });
}

// A pause of which nobody knew whether it was done may come behind that.
void clients::keep_going(workflow& flow) {
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + 5s, [this, &flow] {
    if (flow.is_paused || is_terminal(cluster_.store().status(flow.instance).value().status)) return;
    const auto paused =
        cluster_.store().administration().problems({.kind = problem_kind::paused}).value().problems;
    paused.empty() ? keep_going(flow) : resume(flow);
  });
}

namespace {

bool has_told_actors(provider& store, const std::string& instance) {
  const auto stored = store.load(instance).value();
  const auto history = internal::unpack_history(instance, stored->history).value();
  return std::ranges::count(history, event_kind::command_sent, &history_event::kind) > 0;
}

}  // namespace

// To before anything that has arrived. What a durable actor has been told is not taken back, so a workflow that would
// tell it again is let be, and so is one that cannot be rewound.
void clients::rewind(workflow& flow) {
  --flow.rewinds;
  const auto stored = cluster_.store().load(flow.instance).value();
  if (!stored) return;
  const auto history = internal::unpack_history(flow.instance, stored->history).value();
  std::vector<std::uint64_t> points;
  for (const history_event& each : history) {
    if (each.kind == event_kind::command_sent) points.clear();
    if (internal::why_no_cut(history, each.id).empty()) points.push_back(each.id);
  }
  if (points.empty()) return;
  const std::uint64_t event = points[chance_.below(points.size())];
  const auto point = event == 2 ? rewind_point::begin() : rewind_point::event(event);
  try {
    const internal::rewind_plan plan = internal::plan_rewind(cluster_.store(), flow.instance, point, {});
    const bool tells_again = std::ranges::any_of(plan.instances, [&](const planned_rewind& each) {
      return each.instance != flow.instance && has_told_actors(cluster_.store(), each.instance);
    });
    if (tells_again) return;
    if (!cluster_.store().administration().rewind(plan.instances, cluster_.time().true_time()).value())
      return;
    flow.raises_again = true;  // until its owner knows of it, its status is that of before
    log_.write(cluster_.time().true_time(), "client of " + flow.instance,
               "rewound it to before event " + std::to_string(plan.done.event));
  } catch (const instance_error&) {
  }
}

bool clients::all_is_sent() const {
  return std::ranges::all_of(all_, [](const auto& each) {
    return each->started && !each->is_paused &&
           (each->cancelled ? each->cancel_is_accepted : each->sent == each->messages);
  });
}

bool clients::all_has_ended() const {
  const auto ended = [this](const std::string& instance) {
    return is_terminal(cluster_.store().status(instance).value().status);
  };
  for (const auto& each : all_) {
    if (!each->started || !ended(each->instance)) return false;
    if (each->cancelled) continue;
    for (const launched& other : launches_of(each->script, each->instance))
      if (!ended(other.instance)) return false;
  }
  return true;
}

duration clients::own_waits() const {
  duration longest{};
  for (const auto& each : all_) {
    std::int64_t waits = milliseconds_of(each->script);
    for (const launched& other : launches_of(each->script, each->instance))
      waits += milliseconds_of(other.script);
    constexpr std::int64_t runs = 4;  // an instance is rewound three times at most
    longest =
        std::max(longest, runs * (duration(waits) + (each->messages + each->signals) * duration(3'000)));
  }
  return longest;
}

void clients::judge(findings& to) const {
  const auto note = [&to](std::string complaint, const std::string& instance) {
    if (!complaint.empty()) to.note(std::move(complaint), instance);
  };
  for (const auto& each : all_) {
    note(judge(each->instance, each->script, each.get()), each->instance);
    if (each->cancelled) continue;  // it may not have come to launching them
    for (const launched& other : launches_of(each->script, each->instance))
      note(judge(other.instance, other.script, nullptr), other.instance);
  }
}

// A cancellation may come when the instance has just ended by itself, but not if it could not end.
std::string clients::judge(const std::string& instance, const program& script, const workflow* flow) const {
  const instance_status ended = cluster_.store().status(instance).value();
  const std::string state = "workflow '" + instance + "' is " + std::string(to_string(ended.status));
  const std::string why = ended.error ? ": " + ended.error->message : std::string();
  if (flow && flow->cancelled && ended.status == runtime_status::cancelled) return {};
  if (flow && flow->cannot_end)
    return state + why + "; it was cancelled while it waited for what nobody sent (I4)";
  if (script.fails) {
    const bool as_told =
        ended.status == runtime_status::failed && ended.error && ended.error->message == told_to_fail;
    return as_told ? std::string() : state + why + "; it had to fail with '" + told_to_fail + "'";
  }
  if (ended.status != runtime_status::completed) return state + why + "; it had to complete";
  const auto given = codec<outcome>::decode("the outcome", ended.output);
  if (given.sum != answer_of(script))
    return "workflow '" + instance + "' gave " + std::to_string(given.sum) + " instead of " +
           std::to_string(answer_of(script));
  return flow ? judge_messages(given, *flow) : std::string();
}

std::string clients::judge_messages(const outcome& given, const workflow& flow) {
  if (given.doubled + given.early <= flow.uncertain) return {};
  return "workflow '" + flow.instance + "' got " + std::to_string(given.doubled) + " messages twice and " +
         std::to_string(given.early) + " before one that was sent before, of " +
         std::to_string(flow.uncertain) + " that were sent again (I4, I8)";
}

}  // namespace duroxide::simulation
