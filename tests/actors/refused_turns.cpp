// A turn that the store does not take: an alarm, and no end of anything.
#include "tests/actors/durable_account.hpp"
#include "tests/support/forwarding_provider.hpp"

#include <atomic>

namespace duroxide::laws_of_refused_turns {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waits{"Waits"};

task<int> run_waits(orchestration_context ctx, int n) {
  int got = co_await ctx.wait_for_event(go);
  co_return n + got;
}

// Which turns are refused, and how many were.
struct refusing {
  std::atomic<bool> first_turns = false;
  std::atomic<bool> later_turns = false;
  std::atomic<int> refusals = 0;

  bool refuses(const turn_commit& turn) {
    if (!turn.instance.ends_with("heavy") || !(turn.creates ? first_turns : later_turns)) return false;
    ++refusals;
    return true;
  }
};

class refusing_writer final : public store_writer {
public:
  refusing_writer(std::unique_ptr<store_writer> inner, std::shared_ptr<refusing> which)
      : inner_(std::move(inner)), which_(std::move(which)) {}

  stored<batch_receipt> commit(const commit_batch& batch) override {
    commit_batch taken = batch;
    taken.turns.clear();
    std::vector<bool> refused;
    for (const auto& turn : batch.turns) {
      refused.push_back(which_->refuses(*turn));
      if (!refused.back()) taken.turns.push_back(turn);
    }
    auto receipt = inner_->commit(taken);
    if (!receipt) return receipt;
    for (std::size_t i = 0; i < refused.size(); ++i) {
      if (!refused[i]) continue;
      turn_receipt answer;
      answer.outcome = turn_outcome::unwritable;
      answer.why = "it is too heavy";
      receipt->turns.insert(receipt->turns.begin() + static_cast<std::ptrdiff_t>(i), std::move(answer));
    }
    return receipt;
  }

private:
  const std::unique_ptr<store_writer> inner_;
  const std::shared_ptr<refusing> which_;
};

class refusing_provider final : public forwarding_provider {
public:
  refusing_provider(std::shared_ptr<provider> inner, std::shared_ptr<refusing> which)
      : forwarding_provider(std::move(inner)), which_(std::move(which)) {}

  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    auto writer = inner_->open_writer(node, lane);
    if (!writer) return writer;
    return std::unique_ptr<store_writer>(std::make_unique<refusing_writer>(*std::move(writer), which_));
  }

private:
  const std::shared_ptr<refusing> which_;
};

struct setting {
  test_store store;
  std::shared_ptr<refusing> which = std::make_shared<refusing>();
  runtime_options options = verified();

  std::unique_ptr<runtime> start() {
    auto started =
        std::make_unique<runtime>(std::make_shared<refusing_provider>(store.open(), which), options);
    started->register_orchestration(waits, run_waits);
    accounts::register_accounts(*started);
    started->start();
    return started;
  }
};

void runs_another(client client, const std::string& id) {
  client.start(waits, id, 1);
  client.instance(id).raise(go, 2);
  CHECK(client.instance(waits, id).result(patience) == 3);
}

}  // namespace

LAW("a command that the store cannot take is answered so, and the next one is applied") {
  setting law;
  const auto bank = law.start();
  const actor_address heavy = accounts::account["heavy"];
  CHECK(bank->client().ask(heavy, accounts::deposit, 1, patience) == 1);
  law.which->later_turns = true;
  const error_details refused =
      details_of([&] { bank->client().ask(heavy, accounts::deposit, 1, patience); });
  CHECK(refused.kind == error_kind::store_incompatible);
  CHECK(refused.message == "the store cannot take what the command leads to: it is too heavy");
  law.which->later_turns = false;
  CHECK(bank->client().ask(heavy, accounts::deposit, 1, patience) == 2);
}

LAW("an instance whose turn the store refuses is tried again, and never fails because of it") {
  setting setup;
  setup.options.max_failed_attempts = 2;
  auto runtime = setup.start();
  client client = runtime->client();
  client.start(waits, "heavy", 1);
  setup.which->later_turns = true;
  client.instance("heavy").raise(go, 2);
  REQUIRE(eventually([&] { return setup.which->refusals > 6; }));
  CHECK(client.instance("heavy").status().status == runtime_status::running);
  runs_another(client, "other");
  setup.which->later_turns = false;
  CHECK(client.instance(waits, "heavy").result(patience) == 3);
}

LAW("a refused turn is not tried again before its time, whatever comes for its instance") {
  setting setup;
  setup.options.unregistered_backoff_base = setup.options.unregistered_backoff_limit = 1h;
  auto runtime = setup.start();
  client client = runtime->client();
  client.start(waits, "heavy", 1);
  setup.which->later_turns = true;
  client.instance("heavy").raise(go, 2);
  REQUIRE(eventually([&] { return setup.which->refusals > 0; }));
  for (int i = 0; i < 10; ++i) {
    client.instance("heavy").raise(go, 2);
    CHECK_FALSE(client.start(waits, "heavy", 1).was_started());
    runs_another(client, "other-" + std::to_string(i));
  }
  CHECK(setup.which->refusals == 1);
  CHECK(client.instance("heavy").status().status == runtime_status::running);
  runtime.reset();
  setup.which->later_turns = false;
  runtime = setup.start();
  CHECK(runtime->client().instance(waits, "heavy").result(patience) == 3);
}

LAW("who starts an instance whose first turn the store refuses is told so, once, and nothing is there") {
  setting setup;
  setup.which->first_turns = true;
  auto runtime = setup.start();
  client client = runtime->client();
  const auto refused = details_of([&] { client.start(waits, "heavy", 1); });
  CHECK(refused.category == error_category::infrastructure);
  CHECK_THAT(refused.message,
             Catch::Contains("the store cannot take the start of instance 'heavy': it is too heavy"));
  CHECK(setup.which->refusals == 1);
  CHECK(client.instance("heavy").status().status == runtime_status::not_found);
  runs_another(client, "other");
  CHECK(setup.which->refusals == 1);
  setup.which->first_turns = false;
  runs_another(client, "heavy");
}

}  // namespace duroxide::laws_of_refused_turns
