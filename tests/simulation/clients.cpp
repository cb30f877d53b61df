#include "tests/simulation/clients.hpp"

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
    made->what = make_program(chance_, 1 + chance_.below(25));
    made->messages = messages_of(made->what);
    made->signals = signals_of(made->what);
    made->raises_again = chance_.once_in(4);
    made->to_cancel = chance_.once_in(12);
    if (!chance_.once_in(3)) made->through = chance_.below(cluster_.size());
    plan(duration(chance_.below(60'000)), *made);
    all_.push_back(std::move(made));
  }
}

void clients::plan(duration from_now, workflow& of) {
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + from_now, [this, &of] { act(of); });
}

// A client that has cancelled its instance says nothing more to it.
void clients::act(workflow& of) {
  if (!of.started) return start(of);
  if (of.cancelled) return;
  if (of.to_cancel && chance_.once_in(4)) return cancel(of);
  if (of.sent < of.messages) return send_messages(of);
  const auto status = cluster_.store().status(of.instance).value();
  if (is_terminal(status.status)) return;
  if (of.to_cancel && chance_.once_in(4)) return cancel(of);
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
  if (!of.through)
    answered(internal::start_in(cluster_.store(), what));
  else
    cluster_.by_client_of(*of.through, [&](client_port& port) { port.start(std::move(what), answered); });
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + patience, [this, &of] {
    if (!of.started) start(of);
  });
}

// False: the node is not there.
bool clients::hand_over(const workflow& of, message what, const reply<std::monostate>& answered) {
  if (of.through)
    return cluster_.by_client_of(*of.through,
                                 [&](client_port& port) { port.post(std::move(what), answered); });
  what.visible_at = cluster_.time().true_time();
  (void)cluster_.store().post(what).value();
  answered(std::monostate{});
  return true;
}

// `done` is called when the store has all of it for certain. Until then what is behind the first message of
// which nobody knows is sent again and again.
template <class Done> void clients::deliver(workflow& of, std::vector<message> what, Done done) {
  auto missing = std::make_shared<std::set<std::size_t>>();
  for (std::size_t i = 0; i < what.size(); ++i) missing->insert(i);
  bool is_sent = false;
  for (std::size_t i = 0; i < what.size(); ++i)
    is_sent |= hand_over(of, what[i], [missing, done, i](result<std::monostate, error_details> how) {
      const bool over = how.has_value() || how.error().kind == error_kind::instance_terminal;
      if (over && missing->erase(i) == 1 && missing->empty()) done();
    });
  if (missing->empty()) return;
  internal::world& world = cluster_.time();
  world.plan(world.steady_clock() + patience, [this, &of, what = std::move(what), done, missing, is_sent] {
    if (missing->empty()) return;
    const auto first = what.begin() + static_cast<std::ptrdiff_t>(*missing->begin());
    missing->clear();  // what is answered later is not believed any more
    std::vector<message> rest(first, what.end());
    if (is_sent) of.uncertain += std::ssize(rest);
    deliver(of, std::move(rest), done);
  });
}

// One, or two at once: then the second says by its sign that it is not known whether the first is there.
void clients::send_messages(workflow& of) {
  const std::int64_t first = of.sent + 1;
  const std::int64_t last = std::min(of.messages, first + (chance_.once_in(3) ? 1 : 0));
  std::vector<message> what;
  for (std::int64_t number = first; number <= last; ++number)
    what.push_back(message_to(of.instance, message_kind::enqueued, std::string(messages.name()),
                              std::to_string(number == first ? number : -number)));
  deliver(of, std::move(what), [this, &of, last] {
    of.sent = last;
    log_.write(cluster_.time().true_time(), "client of " + of.instance,
               "sent the messages up to " + std::to_string(last));
    plan(duration(chance_.below(3'000)), of);
  });
}

void clients::cancel(workflow& of) {
  of.cancelled = true;
  of.cannot_end = of.sent < of.messages || std::ssize(of.raised) < of.signals;
  deliver(of, {message_to(of.instance, message_kind::cancel, {}, "enough")}, [this, &of] {
    of.cancel_is_accepted = true;
    log_.write(cluster_.time().true_time(), "client of " + of.instance, "cancelled it");
  });
}

// The status says which signal it waits for. An event that comes twice, or too late, is passed over.
void clients::raise_signal(workflow& of) {
  plan(duration(500 + chance_.below(2'000)), of);
  const auto status = cluster_.store().status(of.instance).value();
  if (!status.custom_status) return;
  const std::string& wanted = *status.custom_status;
  const bool is_first = of.raised.insert(wanted).second;
  if (!is_first && !of.raises_again) return;
  const std::string number = wanted.substr(wanted.rfind(' ') + 1);
  deliver(of, {message_to(of.instance, message_kind::event_raised, wanted, number)}, [this, &of, wanted] {
    log_.write(cluster_.time().true_time(), "client of " + of.instance, "raised " + wanted);
  });
}

bool clients::all_is_sent() const {
  return std::ranges::all_of(all_, [](const auto& each) {
    return each->started && (each->cancelled ? each->cancel_is_accepted : each->sent == each->messages);
  });
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

duration clients::own_waits() const {
  duration longest{};
  for (const auto& each : all_) {
    std::int64_t waits = milliseconds_of(each->what);
    for (const launched& other : launches_of(each->what, each->instance))
      waits += milliseconds_of(other.what);
    longest = std::max(longest, duration(waits) + (each->messages + each->signals) * duration(3'000));
  }
  return longest;
}

void clients::judge(findings& to) const {
  const auto note = [&to](std::string what, const std::string& instance) {
    if (!what.empty()) to.note(std::move(what), instance);
  };
  for (const auto& each : all_) {
    note(judge(each->instance, each->what, each.get()), each->instance);
    if (each->cancelled) continue;  // it may not have come to launching them
    for (const launched& other : launches_of(each->what, each->instance))
      note(judge(other.instance, other.what, nullptr), other.instance);
  }
}

// A cancellation may come when the instance has just ended by itself, but not if it could not end.
std::string clients::judge(const std::string& instance, const program& what, const workflow* of) const {
  const instance_status ended = cluster_.store().status(instance).value();
  const std::string is = "workflow '" + instance + "' is " + std::string(to_string(ended.status));
  const std::string why = ended.error ? ": " + ended.error->message : std::string();
  if (of && of->cancelled && ended.status == runtime_status::cancelled) return {};
  if (of && of->cannot_end) return is + why + "; it was cancelled while it waited for what nobody sent (I4)";
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
  return of ? judge_messages(given, *of) : std::string();
}

std::string clients::judge_messages(const outcome& given, const workflow& of) {
  if (given.doubled + given.early <= of.uncertain) return {};
  return "workflow '" + of.instance + "' got " + std::to_string(given.doubled) + " messages twice and " +
         std::to_string(given.early) + " before one that was sent before, of " +
         std::to_string(of.uncertain) + " that were sent again (I4, I8)";
}

}  // namespace duroxide::simulation
