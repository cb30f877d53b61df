// Durable actors in an environment: in virtual time, and through crashes at every durable point.
#include "duroxide/testing.hpp"
#include "tests/actors/durable_account.hpp"

namespace laws_of_durable_actors_in_environments {

using namespace duroxide;
using namespace duroxide::testing_support;
using namespace duroxide::testing_support::accounts;
using namespace std::chrono_literals;

namespace {

ask_options with_id(std::string id) {
  ask_options same(1h);
  same.id = std::move(id);
  return same;
}

// Each command is sent again, as a client does that has lost the answer.
std::string pay_and_report(testing::environment& world) {
  const std::string first = new_command_id();
  const std::string second = new_command_id();
  for (int i = 0; i < 2; ++i) {
    CHECK(world.client().ask(account["ada"], deposit, 10, with_id(first)) == 10);
    world.client().ask(account["ada"], pay, payment{"bob", 4}, with_id(second));
  }
  world.client().ask(account["ada"], later, 1000, 1h);
  world.client().start(move_money, "t", payment{"eve", 2});
  const std::string moved = world.client().instance(move_money, "t").result(1h);
  world.advance(1min);
  return moved + ": " + std::to_string(world.client().ask(account["ada"], balance)) + " " +
         std::to_string(world.client().ask(account["bob"], balance)) + " " +
         std::to_string(world.client().ask(account["eve"], balance)) + " " +
         std::to_string(world.client().instance(report, "report-of-ada").result(1h));
}

}  // namespace

LAW("actors survive a crash at every durable point, and each command is applied once") {
  {
    testing::environment world(register_accounts);
    CHECK(pay_and_report(world) == "moved 2: 5 4 2 6");
  }
  const auto crashed = testing::crash_everywhere(register_accounts, pay_and_report);
  CHECK(crashed.writes > 8);
  CHECK(crashed.crashes == 2 * crashed.writes);
}

LAW("a command that awaits something survives a crash at every durable point, and is applied once") {
  const auto buy_and_send = [](testing::environment& world) {
    const std::string first = new_command_id();
    const std::string second = new_command_id();
    world.client().ask(account["ada"], deposit, 1000, with_id(new_command_id()));
    long left = 0;
    long received = 0;
    for (int i = 0; i < 2; ++i) {
      left = world.client().ask(account["ada"], buy, 100, with_id(first));
      received = world.client().ask(account["ada"], send, payment{"bob", 50}, with_id(second));
    }
    world.advance(1min);
    return std::to_string(left) + " " + std::to_string(received) + " " +
           std::to_string(world.client().ask(account["ada"], balance)) + " " +
           std::to_string(world.client().ask(account["bob"], balance)) + " " +
           std::to_string(world.client().ask(account["the bank"], balance));
  };
  {
    testing::environment world(register_accounts);
    CHECK(buy_and_send(world) == "889 50 839 50 10");
  }
  const auto crashed = testing::crash_everywhere(register_accounts, buy_and_send);
  CHECK(crashed.writes > 8);
  CHECK(crashed.crashes == 2 * crashed.writes);
}

LAW("a scheduled command comes at its time, a year later") {
  testing::environment world(register_accounts);
  world.client().ask(account["ada"], later, 1'000'000'000, 1h);
  world.advance(1'000'000'000ms - 1s);
  CHECK(world.client().ask(account["ada"], balance) == 0);
  world.advance(2s);
  CHECK(world.client().ask(account["ada"], balance) == 1);
}

LAW("answers are kept for a day, and a command that comes later is refused") {
  testing::environment world(register_accounts);
  const std::string id = new_command_id();
  CHECK(world.client().ask(account["ada"], deposit, 5, with_id(id)) == 5);
  world.advance(23h);
  CHECK(world.client().ask(account["ada"], deposit, 5, with_id(id)) == 5);
  CHECK(world.store()->answer("@account/ada", id).value());
  world.advance(2h + 5min);
  CHECK_FALSE(world.store()->answer("@account/ada", id).value());
  CHECK(kind_of([&] { world.client().ask(account["ada"], deposit, 5, with_id(id)); }) ==
        error_kind::command_too_old);
  CHECK(world.client().ask(account["ada"], balance) == 5);
}

LAW("who waits for an answer that does not come is told when his time is up") {
  testing::environment world([](runtime&) {});
  const timestamp begin = world.now();
  CHECK(kind_of([&] { world.client().ask(account["ada"], deposit, 5, 10min); }) == error_kind::timed_out);
  CHECK(world.now() - begin == 10min);
}

}  // namespace laws_of_durable_actors_in_environments
