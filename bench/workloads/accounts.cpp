#include "duroxide/duroxide.hpp"
#include "bench/driver.hpp"
#include "bench/elapsed.hpp"
#include "bench/progress.hpp"
#include "bench/stage.hpp"
#include "bench/stop.hpp"
#include "bench/waiting.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace duroxide::bench {

struct account_state {
  std::int64_t balance = 0;
};
BOOST_DESCRIBE_STRUCT(account_state, (), (balance))

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::minutes patience{10};
constexpr std::size_t rounds = 100;  // deposits of one execution

constexpr durable_actor<account_state> account{"account"};
constexpr command<std::int64_t(std::int64_t)> deposit{"deposit"};
constexpr event_queue<std::int64_t> deposits{"deposits"};
constexpr orchestration<std::int64_t(std::int64_t)> ledger{"Ledger"};

// What one would write without durable actors: the status acknowledges a deposit, the key-value store has the balance.
task<std::int64_t> run_ledger(orchestration_context ctx, std::int64_t balance) {
  for (std::size_t i = 0; i < rounds; ++i) {
    std::int64_t cents = co_await ctx.dequeue_event(deposits);
    balance += cents;
    ctx.set_kv_value("balance", balance);
    ctx.set_custom_status(std::to_string(balance));
  }
  co_return ctx.continue_as_new(balance);
}

// How deposits are made in one row.
struct arrangement {
  std::string name;
  std::size_t accounts = 1;
  std::size_t in_flight = 1;  // of each account
  bool by_actor = true;
  bool answered = true;
};

std::vector<arrangement> arrangements() {
  return {{"actor, one asked at a time", 1, 1, true, true},
          {"actor, 100 asked at a time", 1, 100, true, true},
          {"actor, 100 told at a time", 1, 100, true, false},
          {"20 actors, one asked at a time", 20, 1, true, true},
          {"orchestration, one at a time", 1, 1, false, true},
          {"orchestration, 100 at a time", 1, 100, false, false},
          {"20 orchestrations, one at a time", 20, 1, false, true}};
}

// Makes the deposits of one row, so many at a time, each when one before it is done. Shared with the replies.
class depositors : public std::enable_shared_from_this<depositors> {
public:
  depositors(client_port& port, arrangement how, std::string prefix, std::size_t total)
      : port_(port), how_(std::move(how)), prefix_(std::move(prefix)), total_(total) {
    outcomes_.reserve(total);
  }

  std::future<void> begin() {
    for (std::size_t i = 0; i < how_.accounts; ++i)
      for (std::size_t j = 0; j < how_.in_flight; ++j) make_next(i, 0);
    return all_done_.get_future();
  }
  std::vector<outcome> outcomes() {
    const std::lock_guard lock(mutex_);
    return outcomes_;
  }
  std::string name_of(std::size_t which) const { return prefix_ + std::to_string(which); }

private:
  // `seen`: the version of the status that acknowledged the one before.
  void make_next(std::size_t which, std::uint64_t seen) {
    {
      const std::lock_guard lock(mutex_);
      if (begun_ == total_ || asked_to_stop()) return;
      ++begun_;
    }
    const auto began = clock::now();
    if (how_.by_actor)
      ask(which, began);
    else
      enqueue(which, seen, began);
  }

  void ask(std::size_t which, clock::time_point began) {
    port_.ask({account[name_of(which)], std::string(deposit.name()), "1", {}, how_.answered, patience},
              [self = shared_from_this(), which, began](const result<std::string, error_details>& answer) {
                self->done(which, 0, began, answer.has_value());
              });
  }

  void enqueue(std::size_t which, std::uint64_t seen, clock::time_point began) {
    message sent;
    sent.kind = message_kind::enqueued;
    sent.instance = name_of(which);
    sent.name = deposits.name();
    sent.data = "1";
    if (!how_.answered)
      return port_.post(std::move(sent), [self = shared_from_this(), which, began](auto posted) {
        self->done(which, 0, began, posted.has_value());
      });
    port_.post(std::move(sent), [](auto) {});
    port_.wait(
        {name_of(which), seen, std::nullopt, patience},
        [self = shared_from_this(), which, began](const result<instance_status, error_details>& status) {
          self->done(which, status ? status->custom_status_version : 0, began, status.has_value());
        });
  }

  void done(std::size_t which, std::uint64_t seen, clock::time_point began, bool right) {
    bool is_last = false;
    {
      const std::lock_guard lock(mutex_);
      outcomes_.push_back({right, milliseconds_since(began)});
      is_last = outcomes_.size() == total_;
    }
    is_last ? all_done_.set_value() : make_next(which, seen);
  }

  client_port& port_;
  const arrangement how_;
  const std::string prefix_;
  const std::size_t total_;
  std::mutex mutex_;
  std::size_t begun_ = 0;
  std::vector<outcome> outcomes_;
  std::promise<void> all_done_;
};

// The balances of all accounts together, when no deposit is under way any more.
std::int64_t sum_of(client caller, const arrangement& how, const depositors& made, std::size_t total) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < how.accounts; ++i) {
    if (how.by_actor) {
      sum += caller.ask(account[made.name_of(i)], deposit, 0);
      continue;
    }
    const auto instance = caller.instance(made.name_of(i));
    const auto balance = [&] { return instance.kv_value<std::int64_t>("balance").value_or(0); };
    std::uint64_t seen = 0;
    while (how.accounts == 1 && balance() < static_cast<std::int64_t>(total))
      seen = instance.wait_for_status_change(seen, patience).custom_status_version;
    sum += balance();
  }
  return sum;
}

std::optional<figures> measure(stage& nodes, const arrangement& how, std::size_t total) {
  client caller = nodes.caller();
  const auto made =
      std::make_shared<depositors>(*caller.port(), how, new_prefix("accounts") + how.name + "-", total);
  if (!how.by_actor)
    for (std::size_t i = 0; i < how.accounts; ++i) caller.start(ledger, made->name_of(i), 0);
  const node_report before = nodes.report();
  const auto began = clock::now();
  auto all_done = made->begin();
  if (!has_come(all_done)) return std::nullopt;
  const bool is_right = sum_of(caller, how, *made, total) == static_cast<std::int64_t>(total);
  const double seconds = milliseconds_since(began) / 1000;
  std::vector<outcome> outcomes = made->outcomes();
  if (!is_right) outcomes.back().right = false;
  figures measured = nodes.figures_of(outcomes, seconds, before);
  measured.part = how.name;
  return measured;
}

void run_accounts(const workload& what, const run_request& how, const row_sink& row) {
  stage nodes(what, how);
  progress shown(what.name);
  std::size_t rows = 0;
  const auto all = arrangements();
  for (const arrangement& each : all) {
    if (asked_to_stop()) return;
    shown.show(rows++, all.size());
    if (const auto measured = measure(nodes, each, how.instances)) row(*measured);
  }
}

}  // namespace

workload accounts() {
  workload w;
  w.name = "accounts";
  w.one_instance_does =
      "a deposit: a command to a durable actor, beside a message to an eternal orchestration";
  w.orchestration = ledger.name();
  w.instances = 10'000;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_actor(account).on(deposit, [](actor_context&, account_state& state, std::int64_t cents) {
      return state.balance += cents;
    });
    runtime.register_orchestration(ledger, run_ledger);
  };
  w.input = [](std::size_t) { return std::string("0"); };
  w.expected_output = [](std::size_t) { return std::string(); };
  w.hears = {.in_flight = false, .seconds = false, .nodes = false};
  w.run = run_accounts;
  return w;
}

}  // namespace duroxide::bench
