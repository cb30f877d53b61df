// Durable actors: commands, queries, and what becomes of both whatever happens.
#include "tests/actors/durable_account.hpp"

#include <atomic>
#include <future>

namespace duroxide::laws_of_durable_actors {
namespace {

using namespace testing_support;
using namespace testing_support::accounts;

LAW("the first command makes an actor, and its state is durable when it is answered") {
  test_store store;
  {
    const auto bank = open_bank(store);
    CHECK(bank->client().ask(account["ada"], deposit, 5) == 5);
    CHECK(bank->client().ask(account["ada"], deposit, 3) == 8);
    CHECK(bank->client().ask(account["bob"], deposit, 1) == 1);
  }
  const auto bank = open_bank(store);
  CHECK(bank->client().ask(account["ada"], balance) == 8);
  CHECK(bank->client().ask(account["ada"], deposit, 1) == 9);
  CHECK(bank->client().ask(account["bob"], balance) == 1);
}

LAW("a query reads committed state, and that of an actor that does not exist is a new one's") {
  test_store store;
  const auto bank = open_bank(store);
  CHECK(bank->client().ask(account["ada"], balance) == 0);
  CHECK(bank->client().instance("@account/ada").status().status == runtime_status::not_found);
  bank->client().ask(account["ada"], deposit, 5);
  CHECK(bank->client().ask(account["ada"], balance) == 5);
  CHECK(bank->client().ask(account["ada"], at_least, 5));
  CHECK_FALSE(bank->client().ask(account["ada"], at_least, 6));
}

LAW("a handler that throws changes nothing, and its sender gets the error") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 5);
  const error_details failed =
      details_of<command_failed>([&] { bank->client().ask(account["ada"], withdraw, 9); });
  CHECK(failed.message == "only 5 there");
  CHECK(failed.kind == error_kind::command_failed);
  CHECK(failed.source == "withdraw");
  CHECK(bank->client().ask(account["ada"], balance) == 5);
  CHECK(bank->client().ask(account["ada"], withdraw, 2) == 3);
}

LAW("commands of one sender are applied in order, whether or not it waits") {
  test_store store;
  const auto bank = open_bank(store);
  for (int i = 0; i < 50; ++i) bank->client().tell(account["ada"], note, std::to_string(i) + " ");
  bank->client().ask(account["ada"], note, std::string("end"));
  std::string all;
  for (int i = 0; i < 50; ++i) all += std::to_string(i) + " ";
  CHECK(bank->client().ask(account["ada"], notes) == all + "end");
}

LAW("a command that is sent again is applied once, and has the same answer, also after a restart") {
  test_store store;
  const std::string id = new_command_id();
  {
    const auto bank = open_bank(store);
    ask_options same(patience);
    same.id = id;
    CHECK(bank->client().ask(account["ada"], deposit, 5, same) == 5);
    bank->client().ask(account["ada"], deposit, 1);
    CHECK(bank->client().ask(account["ada"], deposit, 5, same) == 5);
  }
  const auto bank = open_bank(store);
  ask_options same(patience);
  same.id = id;
  CHECK(bank->client().ask(account["ada"], deposit, 5, same) == 5);
  bank->client().tell(account["ada"], deposit, 5, id);
  CHECK(bank->client().ask(account["ada"], balance) == 6);
}

LAW("of commands that come at once, those that are repeated are not applied again, and the others are") {
  test_store store;
  const auto bank = open_bank(store);
  ask_options same(patience);
  same.id = new_command_id();
  bank->client().ask(account["ada"], deposit, 1, same);
  std::vector<std::future<long>> answers;
  for (int i = 0; i < 20; ++i) {
    answers.push_back(bank->client().async().ask(account["ada"], deposit, 10));
    answers.push_back(bank->client().async().ask(account["ada"], deposit, 1, same));
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const long answer = answers[i].get();
    CHECK(answer == (i % 2 == 0 ? 11 + 10 * static_cast<long>(i / 2) : 1));
  }
  CHECK(bank->client().ask(account["ada"], balance) == 201);
}

LAW("a failure is an answer too: the command is not applied again") {
  test_store store;
  const auto bank = open_bank(store);
  ask_options same(patience);
  same.id = new_command_id();
  CHECK_THROWS_AS(bank->client().ask(account["ada"], withdraw, 1, same), command_failed);
  bank->client().ask(account["ada"], deposit, 5);
  CHECK(details_of([&] { bank->client().ask(account["ada"], withdraw, 1, same); }).message == "only 0 there");
  CHECK(bank->client().ask(account["ada"], balance) == 5);
}

LAW("a command that is older than its answer would be kept is refused") {
  test_store store;
  const auto bank = open_bank(store);
  ask_options old(patience);
  old.id = "1000-0123456789abcdef";
  CHECK(kind_of([&] { bank->client().ask(account["ada"], deposit, 1, old); }) == error_kind::command_too_old);
  CHECK(bank->client().ask(account["ada"], balance) == 0);
  ask_options wrong(patience);
  wrong.id = "mine";
  CHECK(details_of([&] { bank->client().ask(account["ada"], deposit, 1, wrong); }).message ==
        "'mine' is no id of a command; make one with new_command_id()");
}

LAW("a client without a runtime sends commands through the store, and gets their answers") {
  test_store store;
  const auto bank = open_bank(store);
  const client outside(store.kind() == "PostgreSQL" ? store.open() : bank->client().port()->store());
  CHECK(outside.ask(account["ada"], deposit, 5, patience) == 5);
  CHECK(details_of<command_failed>([&] { outside.ask(account["ada"], withdraw, 9, patience); }).message ==
        "only 5 there");
  ask_options same(patience);
  same.id = new_command_id();
  CHECK(outside.ask(account["ada"], deposit, 1, same) == 6);
  CHECK(outside.ask(account["ada"], deposit, 1, same) == 6);
  CHECK(bank->client().ask(account["ada"], deposit, 1, same) == 6);
  outside.tell(account["ada"], deposit, 1);
  CHECK(eventually([&] { return bank->client().ask(account["ada"], balance) == 7; }));
  CHECK(kind_of([&] { outside.ask(account["ada"], balance); }) == error_kind::not_registered);
}

LAW("commands that wait in the store are applied in order when there is a runtime") {
  test_store store;
  {
    const auto shared = store.open();
    const client outside(shared);
    for (int i = 0; i < 2500; ++i) outside.tell(account["ada"], deposit, 1);
    outside.tell(account["ada"], note, std::string("done"));
  }
  const auto bank = open_bank(store);
  CHECK(eventually([&] { return bank->client().ask(account["ada"], notes) == "done"; }, patience));
  CHECK(bank->client().ask(account["ada"], balance) == 2500);
}

LAW("nobody waits longer than he wants, and who takes his wait back is told so") {
  test_store store;
  const auto nobody_runs_it = store.open();
  const client outside(nobody_runs_it);
  CHECK(kind_of([&] { outside.ask(account["ada"], deposit, 5, 20ms); }) == error_kind::timed_out);
  std::stop_source enough;
  ask_options impatient(patience);
  impatient.taken_back = enough.get_token();
  auto answer = outside.async().ask(account["ada"], deposit, 5, impatient);
  enough.request_stop();
  CHECK(kind_of([&] { answer.get(); }) == error_kind::cancelled);
}

LAW("an actor tells others, starts orchestrations and schedules commands with the turn that it asks in") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 10);
  bank->client().ask(account["ada"], pay, payment{"bob", 4});
  CHECK(eventually([&] { return bank->client().ask(account["bob"], balance) == 4; }));
  CHECK(bank->client().ask(account["ada"], balance) == 6);
  CHECK(bank->client().instance(report, "report-of-ada").until_exists().result(patience) == 6);
  CHECK(bank->client().ask(account["ada"], later, 30) == 6);
  CHECK(eventually([&] { return bank->client().ask(account["ada"], balance) == 7; }));
}

LAW("what a command asked for before it failed does not happen") {
  test_store store;
  const auto bank = open_bank(store);
  CHECK_THROWS_AS(bank->client().ask(account["ada"], pay, payment{"bob", 4}), command_failed);
  bank->client().ask(account["ada"], deposit, 1);
  CHECK(bank->client().instance("@account/bob").status().status == runtime_status::not_found);
}

LAW("a scheduled command comes after a restart as well") {
  test_store store;
  {
    const auto bank = open_bank(store);
    bank->client().ask(account["ada"], later, 300);
  }
  const auto bank = open_bank(store);
  CHECK(eventually([&] { return bank->client().ask(account["ada"], balance) == 1; }));
}

LAW("an actor that is destroyed begins anew with the next command") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 5);
  bank->client().ask(account["ada"], later, 3'600'000);
  bank->client().ask(account["ada"], close_account);
  CHECK(bank->client().instance("@account/ada").status().status == runtime_status::not_found);
  CHECK(bank->client().ask(account["ada"], balance) == 0);
  CHECK(bank->client().ask(account["ada"], deposit, 2) == 2);
  CHECK(bank->client().ask(account["ada"], balance) == 2);
}

LAW("an actor that retires keeps its state") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 5);
  bank->client().ask(account["ada"], rest);
  CHECK(eventually([&] { return bank->metrics().resident_instances == 0; }));
  CHECK(bank->client().ask(account["ada"], balance) == 5);
  CHECK(bank->client().ask(account["ada"], deposit, 5) == 10);
}

LAW("actors that leave memory all the time lose nothing") {
  test_store store;
  runtime_options options = verified();
  options.passivate_after = 1ms;
  options.resident_limit = 3;
  const auto bank = open_bank(store, options);
  std::vector<std::future<long>> answers;
  for (int i = 0; i < 400; ++i)
    answers.push_back(bank->client().async().ask(account[std::to_string(i % 20)], deposit, 1));
  for (std::size_t i = 0; i < answers.size(); ++i) CHECK(answers[i].get() == 1 + static_cast<long>(i / 20));
}

LAW("a command awaits activities, and its state, tells and answer become visible together") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 1000);
  CHECK(bank->client().ask(account["ada"], buy, 100) == 889);
  CHECK(bank->client().ask(account["ada"], notes) == "asked bought ");
  CHECK(eventually([&] { return bank->client().ask(account["the bank"], balance) == 10; }));
  CHECK(bank->client().ask(account["bob"], deposit, 5) == 5);
  CHECK(details_of<command_failed>([&] { bank->client().ask(account["bob"], buy, 100); }).message ==
        "only 5 there");
  CHECK(bank->client().ask(account["bob"], notes).empty());
  CHECK(bank->client().ask(account["bob"], balance) == 5);
  CHECK(bank->client().ask(account["the bank"], balance) == 10);
  CHECK(bank->client().admin().verify().inconsistencies == 0);
}

LAW("while a command awaits something, others wait and queries see the state as it was") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 10);
  std::vector<std::future<long>> answers;
  for (int i = 0; i < 5; ++i) {
    answers.push_back(bank->client().async().ask(account["ada"], send, payment{"bob", 1}));
    answers.push_back(bank->client().async().ask(account["ada"], deposit, 1));
  }
  for (int i = 0; i < 5; ++i) {
    const auto place = static_cast<std::size_t>(2 * i);
    CHECK(answers[place].get() == i + 1);
    CHECK(answers[place + 1].get() == 10);
  }
  CHECK(bank->client().ask(account["bob"], balance) == 5);
}

LAW("a command that awaits something goes on after a restart, and is applied once however often it is sent") {
  test_store store;
  ask_options same(patience);
  same.id = new_command_id();
  {
    const auto bank = open_bank(store);
    bank->client().ask(account["ada"], deposit, 1000);
    CHECK(kind_of([&] {
            ask_options impatient(0ms);
            impatient.id = same.id;
            bank->client().ask(account["ada"], send, payment{"bob", 100}, impatient);
          }) == error_kind::timed_out);
  }
  const auto bank = open_bank(store);
  CHECK(bank->client().ask(account["ada"], send, payment{"bob", 100}, same) == 100);
  CHECK(bank->client().ask(account["ada"], send, payment{"bob", 100}, same) == 100);
  CHECK(bank->client().ask(account["ada"], balance) == 900);
  CHECK(bank->client().ask(account["bob"], balance) == 100);
}

LAW("commands that await something survive that their actors leave memory all the time") {
  test_store store;
  runtime_options options = verified();
  options.passivate_after = 1ms;
  options.resident_limit = 2;
  const auto bank = open_bank(store, options);
  std::vector<std::future<long>> answers;
  for (int i = 0; i < 10; ++i) bank->client().ask(account[std::to_string(i)], deposit, 100);
  for (int i = 0; i < 100; ++i)
    answers.push_back(bank->client().async().ask(account[std::to_string(i % 10)], send, payment{"bob", 1}));
  for (auto& each : answers) CHECK(each.get() > 0);
  CHECK(bank->client().ask(account["bob"], balance) == 100);
  for (int i = 0; i < 10; ++i) CHECK(bank->client().ask(account[std::to_string(i)], balance) == 90);
  CHECK(bank->client().admin().verify().inconsistencies == 0);
}

LAW("a command that awaits something and destroys its actor is applied once, however often it is sent") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 100);
  ask_options same(patience);
  same.id = new_command_id();
  CHECK(bank->client().ask(account["ada"], wind_up, same) == 90);
  for (int i = 0; i < 3; ++i) CHECK(bank->client().ask(account["ada"], wind_up, same) == 90);
  CHECK(bank->client().ask(account["ada"], balance) == 0);
  CHECK(bank->client().admin().verify().inconsistencies == 0);
}

LAW("who tells does not wait for a command that awaits something, nor behind one") {
  test_store store;
  {
    const auto bank = open_bank(store);
    bank->client().ask(account["ada"], deposit, 1);
    bank->client().tell(account["ada"], nap, 200);
    for (int i = 0; i < 3; ++i) bank->client().tell(account["ada"], deposit, 1);
    CHECK(bank->client().ask(account["ada"], balance) == 1);
  }
  CHECK(open_bank(store)->client().ask(account["ada"], deposit, 1) == 5);
}

LAW("a runtime stops while a command awaits something, whatever waits behind it") {
  test_store store;
  runtime_options options = verified();
  options.shutdown_timeout = 1h;
  auto bank = open_bank(store, options);
  bank->client().ask(account["ada"], later, 1);
  bank->client().tell(account["ada"], nap, 3'600'000);
  std::future<long> behind = bank->client().async().ask(account["ada"], deposit, 1);
  bank->client().tell(account["bob"], deposit, 1);
  CHECK(bank->client().ask(account["bob"], deposit, 1) == 2);
  std::future<void> stopped = std::async(std::launch::async, [&] { bank.reset(); });
  CHECK(stopped.wait_for(patience) == std::future_status::ready);
}

LAW("a circle of actors that await each other is refused, by name") {
  test_store store;
  const auto bank = open_bank(store);
  const error_details refused =
      details_of<command_failed>([&] { bank->client().ask(account["circle-0"], circle, 0); });
  CHECK(refused.message ==
        "a circle of durable actors that await each other is refused: '@account/circle-0' asks "
        "'@account/circle-1' asks '@account/circle-2' asks '@account/circle-0'; send one of the commands by "
        "tell");
}

LAW("an orchestration awaits what an actor answers") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["ada"], deposit, 10);
  CHECK(bank->client().start(move_money, "t1", payment{"bob", 4}).result(patience) == "moved 4");
  CHECK(bank->client().start(move_money, "t2", payment{"bob", 40}).result(patience) ==
        "refused: only 6 there");
  CHECK(bank->client().ask(account["ada"], balance) == 6);
  CHECK(bank->client().ask(account["bob"], balance) == 4);
}

LAW("names that nobody knows are refused by name") {
  test_store store;
  const auto bank = open_bank(store);
  constexpr durable_actor<account_state> unknown{"unknown"};
  CHECK(
      details_of([&] { bank->client().ask(unknown["x"], deposit, 1); }).message ==
      "durable actors of kind 'unknown' are not registered here; call runtime::register_actor before start");
  constexpr command<int(int)> nothing{"nothing"};
  CHECK(details_of([&] { bank->client().ask(account["ada"], nothing, 1); }).message ==
        "durable actor 'account' has no command 'nothing'; give it one with on(...)");
  constexpr query<int()> nobody{"nobody"};
  CHECK(details_of([&] { bank->client().ask(account["ada"], nobody); }).message ==
        "durable actor 'account' has no query 'nobody'; give it one with on(...)");
  CHECK(bank->client().instance("@account/ada").status().status == runtime_status::not_found);
  CHECK(kind_of([&] { bank->client().start(report, "@account/ada", 1); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { bank->client().instance("@account/ada").cancel("why"); }) ==
        error_kind::invalid_argument);
}

LAW("a state of an earlier version is migrated, and one that cannot be read keeps its actor waiting") {
  test_store store;
  {
    const auto bank = open_bank(store);
    bank->client().ask(account["ada"], deposit, 5);
  }
  {
    runtime newer(store.open(), verified());
    newer.register_actor(renamed_account)
        .with_version("2",
                      [](const std::string&, json_text) -> renamed_state { throw std::runtime_error("no"); })
        .on(deposit, [](actor_context&, renamed_state& state, long cents) { return state.cents += cents; });
    newer.start();
    CHECK(kind_of([&] { newer.client().ask(account["ada"], deposit, 1, 50ms); }) == error_kind::timed_out);
  }
  runtime newer(store.open(), verified());
  newer.register_actor(renamed_account)
      .with_version("2",
                    [](const std::string& version, json_text text) {
                      CHECK(version == "1");
                      return renamed_state{codec<account_state>::decode("the state", text.text()).balance};
                    })
      .on(deposit, [](actor_context&, renamed_state& state, long cents) { return state.cents += cents; });
  newer.start();
  CHECK(newer.client().ask(account["ada"], deposit, 1, patience) == 7);  // and the one of before
}

LAW("who asks an actor that cannot be loaded at once waits until it can") {
  test_store store;
  {
    const auto bank = open_bank(store);
    bank->client().ask(account["ada"], deposit, 5);
  }
  runtime newer(store.open(), verified());
  const auto tries = std::make_shared<std::atomic<int>>(0);
  newer.register_actor(renamed_account)
      .with_version("2",
                    [tries](const std::string&, json_text text) {
                      if (++*tries < 4) throw std::runtime_error("not yet");
                      return renamed_state{codec<account_state>::decode("the state", text.text()).balance};
                    })
      .on(deposit, [](actor_context&, renamed_state& state, long cents) { return state.cents += cents; });
  newer.start();
  CHECK(newer.client().ask(account["ada"], deposit, 1, patience) == 6);
  CHECK(*tries >= 4);
}

LAW("an actor that does not exist is destroyed without harm") {
  test_store store;
  const auto bank = open_bank(store);
  bank->client().ask(account["nobody"], close_account, patience);
  CHECK(bank->client().ask(account["nobody"], balance) == 0);
  CHECK(bank->client().ask(account["nobody"], deposit, 2, patience) == 2);
}

LAW("a handler is registered once, and before the start") {
  test_store store;
  runtime bank(store.open(), verified());
  auto registered = bank.register_actor(account);
  registered.on(deposit,
                [](actor_context&, account_state& state, long cents) { return state.balance += cents; });
  CHECK(kind_of([&] {
          registered.on(deposit, [](actor_context&, account_state&, long cents) { return cents; });
        }) == error_kind::duplicate_registration);
  CHECK(kind_of([&] { bank.register_actor(account); }) == error_kind::duplicate_registration);
}

}  // namespace
}  // namespace duroxide::laws_of_durable_actors
