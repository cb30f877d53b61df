// Accounts as durable actors: each has a state that survives every crash, and takes one command after the other. An
// orchestration moves money between two of them, and gives it back if the other one refuses it.
#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

struct account_state {
  long balance = 0;
  bool is_closed = false;
};
BOOST_DESCRIBE_STRUCT(account_state, (), (balance, is_closed))

struct payment {
  std::string from;
  std::string to;
  long cents = 0;
};
BOOST_DESCRIBE_STRUCT(payment, (), (from, to, cents))

constexpr dx::durable_actor<account_state> account{"account"};
constexpr dx::command<long(long)> deposit{"deposit"};
constexpr dx::command<long(long)> withdraw{"withdraw"};
constexpr dx::command<void()> close_account{"close"};
constexpr dx::query<long()> balance{"balance"};

constexpr dx::orchestration<std::string(payment)> pay{"Pay"};

long put_in(dx::actor_context&, account_state& state, long cents) {
  if (state.is_closed) throw std::runtime_error("the account is closed");
  return state.balance += cents;
}

long take_out(dx::actor_context&, account_state& state, long cents) {
  if (state.balance < cents)
    throw std::runtime_error("there are only " + std::to_string(state.balance) + " cents");
  return state.balance -= cents;
}

dx::task<std::string> run_pay(dx::orchestration_context ctx, payment order) {
  auto taken = co_await dx::settle(ctx.ask(account[order.from], withdraw, order.cents));
  if (!taken) co_return "refused: " + taken.error().message();
  auto given = co_await dx::settle(ctx.ask(account[order.to], deposit, order.cents));
  if (given) co_return "paid " + std::to_string(order.cents);
  co_await ctx.ask(account[order.from], deposit, order.cents);
  co_return "given back: " + given.error().message();
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:accounts.db")};
  runtime.register_actor(account)
      .on(deposit, put_in)
      .on(withdraw, take_out)
      .on(close_account, [](dx::actor_context&, account_state& state) { state.is_closed = true; })
      .on(balance, [](const account_state& state) { return state.balance; });
  runtime.register_orchestration(pay, run_pay);
  runtime.start();

  dx::client client = runtime.client();
  const long before = client.ask(account["ada"], balance);
  client.ask(account["ada"], deposit, 500, 5s);
  client.ask(account["eve"], close_account);
  // The ids are new in each run, so that it can be repeated.
  const std::string run = dx::new_command_id();
  std::cout << client.start(pay, "to-bob-" + run, payment{"ada", "bob", 200}).result(30s) << '\n';
  std::cout << client.start(pay, "to-eve-" + run, payment{"ada", "eve", 100}).result(30s) << '\n';
  std::cout << client.start(pay, "too-much-" + run, payment{"nobody", "bob", 100}).result(30s) << '\n';
  std::cout << "ada has " << client.ask(account["ada"], balance) - before << " more than before\n";
}
