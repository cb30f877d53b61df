// The program of the page durable-actors.md.
#include <duroxide/duroxide.hpp>

#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
struct account_state {
  long balance = 0;
};
BOOST_DESCRIBE_STRUCT(account_state, (), (balance))

constexpr dx::durable_actor<account_state> account{"account"};
constexpr dx::command<long(long)> deposit{"deposit"};
constexpr dx::command<long(long)> withdraw{"withdraw"};
constexpr dx::query<long()> balance{"balance"};
// [end]

constexpr dx::command<void()> close_account{"close"};
constexpr dx::command<void()> pay_interest{"interest"};
constexpr dx::command<long(long)> top_up{"top_up"};
constexpr dx::activity<long(long)> charge_card{"charge_card"};
constexpr dx::orchestration<void(std::string)> send_letter{"SendLetter"};
constexpr dx::orchestration<long(long)> move_money{"MoveMoney"};

// [handlers]
long put_in(dx::actor_context&, account_state& state, long cents) { return state.balance += cents; }

long take_out(dx::actor_context&, account_state& state, long cents) {
  if (state.balance < cents) throw std::runtime_error("there are only " + std::to_string(state.balance));
  return state.balance -= cents;
}

void register_accounts(dx::runtime& runtime) {
  runtime.register_actor(account)
      .on(deposit, put_in)
      .on(withdraw, take_out)
      .on(balance, [](const account_state& state) { return state.balance; });
}
// [end]

// [ask]
void ask(const dx::client& client) {
  expect(client.ask(account["ada"], deposit, 500, 5s) == 500);  // durable when it is answered
  client.tell(account["ada"], deposit, 100);                    // durable when this returns; applied soon
  try {
    client.ask(account["ada"], withdraw, 10'000);
  } catch (const dx::command_failed& e) {
    expect(std::string(e.what()).starts_with("there are only"));
  }
  std::future<long> later = client.async().ask(account["bob"], deposit, 1);
  expect(later.get() == 1);
}
// [end]

// [again]
long deposit_once(const dx::client& client, const std::string& id) {
  dx::ask_options options{5s};
  options.id = id;
  return client.ask(account["ada"], deposit, 500, options);
}
// [end]

// [effects]
void close_down(dx::actor_context& ctx, account_state& state) {
  ctx.tell(account["the bank"], deposit, state.balance);
  ctx.start_orchestration(send_letter, "closed-" + ctx.key(), "Goodbye, " + ctx.key());
  ctx.destroy();
}

void add_interest(dx::actor_context& ctx, account_state& state) {
  state.balance += state.balance / 100;
  ctx.schedule(24h * 30, pay_interest);
}
// [end]

// [orchestration]
dx::task<long> run_move_money(dx::orchestration_context ctx, long cents) {
  co_await ctx.ask(account["ada"], withdraw, cents);
  long received = co_await ctx.ask(account["bob"], deposit, cents);
  co_return received;
}
// [end]

// [await]
dx::task<long> run_top_up(dx::actor_task_context ctx, account_state& state, long cents) {
  long charged = co_await ctx.schedule_activity(charge_card, cents);
  co_await ctx.ask(account["the bank"], deposit, charged / 100);  // the fee
  state.balance += charged;
  co_return state.balance;
}

void register_top_up(dx::runtime& runtime) {
  runtime.register_activity(charge_card, [](dx::activity_context&, long cents) { return cents; });
  runtime.register_actor(account).on(top_up, run_top_up).on(deposit, put_in);
}
// [end]

// [evolve]
struct account_state_2 {
  long cents = 0;
  std::string currency;
};
BOOST_DESCRIBE_STRUCT(account_state_2, (), (cents, currency))

constexpr dx::durable_actor<account_state_2> account_2{"account"};

account_state_2 migrated(const std::string& version, const dx::json_text& stored) {
  expect(version == "1");
  account_state old = dx::codec<account_state>::decode("the state of an account", stored.text());
  return {old.balance, "EUR"};
}

void register_newer_accounts(dx::runtime& runtime) {
  runtime.register_actor(account_2).with_version("2", migrated).on(balance, [](const account_state_2& state) {
    return state.cents;
  });
}
// [end]

int main() {
  auto store = dx::sqlite_provider::open_in_memory();
  {
    dx::runtime runtime{store};
    register_accounts(runtime);
    runtime.register_orchestration(move_money, run_move_money);
    runtime.start();
    dx::client client = runtime.client();
    ask(client);
    const std::string id = dx::new_command_id();
    const long once = deposit_once(client, id);
    expect(deposit_once(client, id) == once);
    expect(client.ask(account["ada"], balance) == 1100);
    expect(client.start(move_money, "m", 99).result(guide::patience) == 100);
  }
  {
    dx::runtime runtime{store};
    runtime.register_actor(account)
        .on(deposit, put_in)
        .on(close_account, close_down)
        .on(pay_interest, add_interest)
        .on(balance, [](const account_state& state) { return state.balance; });
    runtime.register_orchestration(
        send_letter, [](dx::orchestration_context, std::string) -> dx::task<void> { co_return; });
    runtime.start();
    dx::client client = runtime.client();
    client.ask(account["bob"], pay_interest);
    expect(client.ask(account["bob"], balance) == 101);
    client.ask(account["bob"], close_account);
    expect(client.ask(account["bob"], balance) == 0);
    client.instance("closed-bob").until_exists().wait(guide::patience);
  }
  {
    dx::runtime runtime{store};
    register_top_up(runtime);
    runtime.start();
    expect(runtime.client().ask(account["eve"], top_up, 1000) == 1000);
    expect(runtime.client().ask(account["the bank"], deposit, 0) == 111);
  }
  dx::runtime runtime{store};
  register_newer_accounts(runtime);
  runtime.start();
  expect(runtime.client().ask(account_2["ada"], balance) == 1001);
}
