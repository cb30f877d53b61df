#include "tests/chaos/storm.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/postgres_schema.hpp"
#include "tests/support/postgres_server.hpp"

#include <algorithm>
#include <stdexcept>

namespace duroxide::chaos {

namespace {

using namespace std::chrono_literals;
using testing_support::eventually;

// After a restart of the server nobody is expired for a while.
constexpr auto until_expired = 60s;

bool has_members(const admin& store, std::size_t count) {
  try {
    return store.list_nodes(0).size() == count;
  } catch (const infrastructure_error&) {
    return false;
  }
}

std::size_t drop_half_of_the_connections() {
  return std::stoul(
      testing_support::run_sql("select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity "
                               "where application_name = 'duroxide' and random() < 0.5) ended"));
}

}  // namespace

storm::storm(fleet& nodes, clients& at_work, settings given)
    : nodes_(nodes), at_work_(at_work), given_(given), random_(given.seed) {}

void storm::add_deaths() {
  kinds_.push_back([this] {
    nodes_.kill(some_place());
    ++done_.kills;
  });
  kinds_.push_back([this] {
    nodes_.replace(some_place());
    ++done_.replaced;
  });
}

void storm::add_outages(testing_support::postgres_server& server, const admin& store) {
  kinds_.push_back([this, store] { pause_one(store); });
  kinds_.push_back([this] {
    nodes_.trouble_all("connections dropped",
                       [this] { done_.dropped_connections += drop_half_of_the_connections(); });
  });
  kinds_.push_back([this, &server] {
    nodes_.trouble_all("restart, fast", [&server] { server.restart("fast"); });
    ++done_.fast_restarts;
  });
  kinds_.push_back([this, &server] {
    nodes_.trouble_all("restart, immediate", [&server] { server.restart("immediate"); });
    ++done_.immediate_restarts;
  });
}

void storm::pause_one(const admin& store) {
  const auto all = nodes_.size();
  if (!eventually([&] { return has_members(store, all); }, until_expired))
    throw std::runtime_error("the nodes did not all become members again");
  bool is_expired = false;
  nodes_.pause(some_place(),
               [&] { is_expired = eventually([&] { return has_members(store, all - 1); }, until_expired); });
  ++done_.pauses;
  if (!is_expired) throw std::runtime_error("a node that hangs was not expired");
  if (!eventually([&] { return has_members(store, all); }, until_expired))
    throw std::runtime_error("a node that was expired did not become a member again");
}

void storm::await_progress() {
  const std::size_t enough = at_work_.finished() + given_.instances_between;
  // Little may be left to do, and all of it may wait for a timer.
  eventually([&] { return at_work_.finished() >= enough || at_work_.all_done(); }, 5s);
}

// A failure is noted, and the storm goes on.
void storm::do_safely(const std::function<void()>& action) {
  try {
    action();
    nodes_.check();
  } catch (const std::exception& e) {
    failures_.push_back(e.what());
    nodes_.start_ended();
  }
}

void storm::rage() {
  do {
    std::ranges::shuffle(kinds_, random_);
    for (const auto& each : kinds_) {
      await_progress();
      if (at_work_.all_done()) return;
      do_safely(each);
    }
    if (std::chrono::steady_clock::now() >= given_.until) at_work_.may_end();
  } while (!at_work_.all_done());
}

}  // namespace duroxide::chaos
