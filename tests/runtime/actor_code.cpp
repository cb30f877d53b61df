// How commands are applied to a durable actor, without a store.
#include "runtime/durable_actor/actor_code.hpp"

#include "tests/support/catch.hpp"

#include <vector>

namespace duroxide::laws_of_actor_code {

using namespace duroxide::internal;
using namespace std::chrono_literals;

struct account_state {
  long balance = 0;
  std::vector<std::string> notes;
};
BOOST_DESCRIBE_STRUCT(account_state, (), (balance, notes))

namespace {

constexpr durable_actor<account_state> account{"account"};
constexpr command<long(long)> deposit{"deposit"};
constexpr command<void()> close{"close"};
constexpr query<long()> balance{"balance"};
constexpr query<std::string(std::size_t)> note{"note"};
constexpr orchestration<void(long)> audit{"Audit"};

std::shared_ptr<duroxide::detail::actor_handlers> handlers() {
  auto made = duroxide::detail::make_actor_handlers<account_state>(account.name());
  actor_registration<account_state>(made)
      .on(deposit,
          [](actor_context& context, account_state& state, long cents) {
            state.balance += cents;
            state.notes.push_back(context.key() + " " + std::to_string(cents));
            if (cents > 100) context.start_orchestration(audit, "audit", cents);
            if (cents > 1'000) throw std::runtime_error("too much");
            context.tell(account["bank"], deposit, cents);
            return state.balance;
          })
      .on(close, [](actor_context& context, account_state&) { context.destroy(); })
      .on(balance, [](const account_state& state) { return state.balance; })
      .on(note, [](const account_state& state, std::size_t number) { return state.notes.at(number); });
  return made;
}

command_envelope sent(std::string command, std::string input) {
  command_envelope made;
  made.command = std::move(command);
  made.input = std::move(input);
  return made;
}

const turn_inputs inputs{timestamp(5s), [] { return std::uint64_t{7}; }};

LAW("a command changes the state and is answered, and a query reads what it has left") {
  actor_code ada(account["ada"], handlers(), std::nullopt);
  applied_command first = ada.apply(sent("deposit", "50"), inputs);
  REQUIRE(first.answer);
  CHECK(*first.answer == "50");
  REQUIRE(first.effects.told.size() == 1);
  CHECK(first.effects.told[0].receiver.instance_id() == "@account/bank");
  CHECK(first.effects.told[0].input == "50");
  CHECK(*ada.apply(sent("deposit", "7"), inputs).answer == "57");
  CHECK(*ada.ask("balance", "null") == "57");
  CHECK(*ada.ask("note", "1") == "\"ada 7\"");
  CHECK(ada.encoded() == actor_state{"1", R"({"balance":57,"notes":["ada 50","ada 7"]})", {}});
  CHECK(ada.apply(sent("close", "null"), inputs).effects.is_destroyed);
}

LAW("a command that throws leaves the state as it was, and has asked for nothing") {
  actor_code ada(account["ada"], handlers(), actor_state{"1", R"({"balance":3,"notes":[]})", {}});
  const applied_command failed = ada.apply(sent("deposit", "2000"), inputs);
  REQUIRE_FALSE(failed.answer);
  CHECK(failed.answer.error().kind == error_kind::command_failed);
  CHECK(failed.answer.error().message == "too much");
  CHECK(failed.answer.error().source == "deposit");
  CHECK(failed.effects.started.empty());
  CHECK(*ada.ask("balance", "null") == "3");
  CHECK(ada.encoded().state == R"({"balance":3,"notes":[]})");
}

LAW("what an actor does not know, and what it cannot read, is refused by name") {
  actor_code ada(account["ada"], handlers(), std::nullopt);
  const auto unknown = ada.apply(sent("withdraw", "1"), inputs);
  CHECK(unknown.answer.error().kind == error_kind::not_registered);
  CHECK(unknown.answer.error().message.find("'withdraw'") != std::string::npos);
  CHECK(ada.ask("deposit", "1").error().kind == error_kind::not_registered);
  CHECK(ada.apply(sent("deposit", "\"much\""), inputs).answer.error().kind == error_kind::invalid_payload);
  CHECK(ada.ask("note", "7").error().kind == error_kind::command_failed);
  CHECK_THROWS_AS(actor_code(account["ada"], handlers(), actor_state{"1", "[]", {}}), configuration_error);
  CHECK_THROWS_AS(actor_code(account["ada"], handlers(), actor_state{"2", "{}", {}}), configuration_error);
}

LAW("a state of another version is read by the migration") {
  auto second = handlers();
  actor_registration<account_state>(second).with_version(
      "2", [](const std::string& version, const json_text& state) {
        if (version != "1") throw std::runtime_error("version " + version);
        return account_state{codec<long>::decode("an old balance", state.text()), {}};
      });
  const actor_code old(account["ada"], second, actor_state{"1", "12", {}});
  CHECK(old.encoded() == actor_state{"2", R"({"balance":12,"notes":[]})", {}});
  const actor_code current(account["ada"], second, old.encoded());
  CHECK(*current.ask("balance", "null") == "12");
  CHECK_THROWS_AS(actor_code(account["ada"], second, actor_state{"0", "12", {}}), std::runtime_error);
}

LAW("a command that comes back to an actor which awaits it is refused, and the circle is named") {
  actor_code ada(account["ada"], handlers(), std::nullopt);
  command_envelope circular = sent("deposit", "1");
  circular.callers = {"@account/eve", "@account/ada", "@account/bob"};
  const auto refused = ada.apply(circular, inputs);
  REQUIRE_FALSE(refused.answer);
  CHECK(refused.answer.error().message.find("'@account/ada' asks '@account/bob' asks '@account/ada'") !=
        std::string::npos);
  CHECK(*ada.ask("balance", "null") == "0");
}

LAW("each name has one handler, and actors are addressed by legal kinds and keys") {
  auto twice = handlers();
  CHECK_THROWS_AS(actor_registration<account_state>(twice).on(
                      deposit, [](actor_context&, account_state&, long) { return 0L; }),
                  configuration_error);
  CHECK(account["ada"].instance_id() == "@account/ada");
  CHECK_THROWS_AS(account[""], configuration_error);
  CHECK_THROWS_AS(actor_address("a/b", "c"), configuration_error);
  CHECK_NOTHROW(account[std::string(247, 'k')]);
  CHECK_THROWS_AS(account[std::string(248, 'k')], configuration_error);
}

LAW("a command keeps what it is on its way, and what is none is told from one") {
  command_envelope all;
  all.command = "deposit";
  all.input = std::string("a\nb\0\xff", 5);
  all.id = "1-2";
  all.awaited_by = awaiting_instance{"order-1", 7, 2, 13};
  all.callers = {"@account/ada"};
  CHECK(command_from(to_text(all)) == all);
  CHECK(command_from(to_text(sent("close", ""))) == sent("close", ""));
  for (const char* text :
       {"", "deposit", "{}\n1", "[]\n", "{\"command\":1}\n", "{\"command\":\"a\",\"callers\":3}\n"})
    CHECK_FALSE(command_from(text));
}

}  // namespace
}  // namespace duroxide::laws_of_actor_code
