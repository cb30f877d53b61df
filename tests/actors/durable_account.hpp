// An account as a durable actor, with commands of every kind.
#pragma once

#include "tests/actors/fixture.hpp"

#include <stdexcept>
#include <string>

namespace duroxide::testing_support::accounts {

struct account_state {
  long balance = 0;
  std::string notes;
};
BOOST_DESCRIBE_STRUCT(account_state, (), (balance, notes))

// The same as a later build has it.
struct renamed_state {
  long cents = 0;
};
BOOST_DESCRIBE_STRUCT(renamed_state, (), (cents))

struct payment {
  std::string to;
  long cents = 0;
};
BOOST_DESCRIBE_STRUCT(payment, (), (to, cents))

inline constexpr durable_actor<account_state> account{"account"};
inline constexpr durable_actor<renamed_state> renamed_account{"account"};
inline constexpr command<long(long)> deposit{"deposit"};
inline constexpr command<long(long)> withdraw{"withdraw"};
inline constexpr command<void(std::string)> note{"note"};
inline constexpr command<void(payment)> pay{"pay"};
inline constexpr command<long(int)> later{"later"};
inline constexpr command<long(long)> buy{"buy"};       // awaits an activity, twice
inline constexpr command<long(payment)> send{"send"};  // awaits another account, and a timer
inline constexpr command<long(int)> circle{"circle"};  // awaits the next of three accounts
inline constexpr activity<long(long)> charge{"charge"};
inline constexpr command<void()> close_account{"close"};
inline constexpr command<void()> rest{"rest"};
inline constexpr command<void(int)> nap{"nap"};
inline constexpr command<long()> wind_up{"wind_up"};
inline constexpr query<long()> balance{"balance"};
inline constexpr query<bool(long)> at_least{"at_least"};
inline constexpr query<std::string()> notes{"notes"};

inline constexpr orchestration<long(long)> report{"Report"};
inline constexpr orchestration<std::string(payment)> move_money{"Transfer"};

inline long take_from(account_state& state, long cents) {
  state.balance -= cents;
  if (state.balance < 0) throw std::runtime_error("only " + std::to_string(state.balance + cents) + " there");
  return state.balance;
}

inline task<long> run_buy(actor_task_context ctx, account_state& state, long cents) {
  state.notes += "asked ";
  long fee = co_await ctx.schedule_activity(charge, cents);
  long second = co_await ctx.schedule_activity(charge, fee);
  ctx.tell(account["the bank"], deposit, fee);
  take_from(state, cents + fee + second);
  state.notes += "bought ";
  co_return state.balance;
}

inline task<long> run_send(actor_task_context ctx, account_state& state, payment what) {
  take_from(state, what.cents);
  co_await ctx.schedule_timer(duration(10));
  long received = co_await ctx.ask(account[what.to], deposit, what.cents);
  co_return received;
}

inline task<long> run_circle(actor_task_context ctx, account_state&, int place) {
  int next = (place + 1) % 3;
  long answer = co_await ctx.ask(account["circle-" + std::to_string(next)], circle, next);
  co_return answer;
}

inline task<void> run_nap(actor_task_context ctx, account_state&, int milliseconds) {
  co_await ctx.schedule_timer(duration(milliseconds));
}

inline task<long> run_wind_up(actor_task_context ctx, account_state& state) {
  long fee = co_await ctx.schedule_activity(charge, state.balance);
  ctx.destroy();
  co_return state.balance - fee;
}

inline void register_accounts(runtime& bank) {
  bank.register_activity(charge, [](activity_context&, long cents) { return cents / 10; });
  bank.register_actor(account)
      .on(deposit, [](actor_context&, account_state& state, long cents) { return state.balance += cents; })
      .on(withdraw, [](actor_context&, account_state& state, long cents) { return take_from(state, cents); })
      .on(note, [](actor_context&, account_state& state, const std::string& text) { state.notes += text; })
      .on(pay,
          [](actor_context& ctx, account_state& state, const payment& what) {
            ctx.tell(account[what.to], deposit, what.cents);
            const long left = take_from(state, what.cents);
            ctx.start_orchestration(report, "report-of-" + ctx.key(), left);
          })
      .on(buy, run_buy)
      .on(send, run_send)
      .on(circle, run_circle)
      .on(nap, run_nap)
      .on(wind_up, run_wind_up)
      .on(later,
          [](actor_context& ctx, account_state& state, int milliseconds) {
            ctx.schedule(duration(milliseconds), deposit, 1);
            return state.balance;
          })
      .on(close_account, [](actor_context& ctx, account_state&) { ctx.destroy(); })
      .on(rest, [](actor_context& ctx, account_state&) { ctx.retire(); })
      .on(balance, [](const account_state& state) { return state.balance; })
      .on(at_least, [](const account_state& state, long cents) { return state.balance >= cents; })
      .on(notes, [](const account_state& state) { return state.notes; });
  bank.register_orchestration(report, [](orchestration_context, long left) -> task<long> { co_return left; });
  bank.register_orchestration(move_money, [](orchestration_context ctx, payment what) -> task<std::string> {
    std::string refused;
    try {
      co_await ctx.ask(account["ada"], withdraw, what.cents);
    } catch (const command_failed& e) {
      refused = e.what();
    }
    if (!refused.empty()) co_return "refused: " + refused;
    co_await ctx.ask(account[what.to], deposit, what.cents);
    co_return "moved " + std::to_string(what.cents);
  });
}

inline std::unique_ptr<runtime> open_bank(test_store& store, runtime_options options = verified()) {
  auto bank = std::make_unique<runtime>(store.open(), options);
  register_accounts(*bank);
  bank->start();
  return bank;
}

}  // namespace duroxide::testing_support::accounts
