// Labels that change while an instance runs, and by which it is found.
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_labels {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> order{"Order"};
constexpr orchestration<int(int)> parcel{"Parcel"};
constexpr orchestration<int(int)> rounds{"Rounds"};

task<int> run_parcel(orchestration_context ctx, int n) {
  co_await ctx.wait_for_event(go);
  co_return n;
}

task<int> run_order(orchestration_context ctx, int amount) {
  ctx.set_label("amount", amount);
  ctx.set_label("stage", "open");
  int parcels = co_await ctx.schedule_sub_orchestration(parcel, 1)
                    .with_id(ctx.instance_id() + "-parcel")
                    .inherit_labels();
  ctx.set_label("stage", "sent");
  ctx.clear_label("amount");
  co_await ctx.wait_for_event(go);
  co_return parcels;
}

task<int> run_rounds(orchestration_context ctx, int n) {
  ctx.set_label("round", n);
  if (n > 0) co_return ctx.continue_as_new(n - 1);
  co_await ctx.wait_for_event(go);
  co_return static_cast<int>(ctx.get_labels().size());
}

std::unique_ptr<runtime> start_on(test_store& store) {
  auto started = std::make_unique<runtime>(store.open(), verified());
  started->register_orchestration(order, run_order);
  started->register_orchestration(parcel, run_parcel);
  started->register_orchestration(rounds, run_rounds);
  started->start();
  return started;
}

std::string ids_of(const admin& admin, std::string_view filter) {
  std::string ids;
  for (const auto& each : admin.list(filter).instances) ids += (ids.empty() ? "" : " ") + each.instance;
  return ids;
}

}  // namespace

LAW("an instance is found by what its orchestration has said of it, as soon as the turn is committed") {
  test_store store;
  const auto runtime = start_on(store);
  const client client = runtime->client();
  const admin admin = client.admin();
  client.start(order, "a", 50, {.labels = {make_label("team", "blue")}});
  client.start(order, "b", 5);
  CHECK(ids_of(admin, "amount > 7 and team = blue and orchestration = Order") == "a");
  CHECK(ids_of(admin, "stage = open order by id") == "a a-parcel b b-parcel");
  CHECK(eventually([&] { return client.instance("a-parcel").status().status == runtime_status::running; }));
  const std::vector<label> inherited{make_label("amount", 50), {"stage", "open"}, {"team", "blue"}};
  CHECK(client.instance("a-parcel").status().labels == inherited);
  client.instance("a-parcel").raise(go, 1);
  CHECK(eventually([&] { return ids_of(admin, "stage = sent") == "a"; }));
  CHECK(client.instance("a").status().labels == std::vector<label>{{"stage", "sent"}, {"team", "blue"}});
  client.instance("a").raise(go, 1);
  CHECK(client.instance(order, "a").result(patience) == 1);
  CHECK(ids_of(admin, "stage = sent and status = completed") == "a");
  CHECK(admin.verify().inconsistencies == 0);
}

LAW("a label that is set from outside wins until the code sets it again, in this process and through the "
    "store") {
  test_store store;
  const auto runtime = start_on(store);
  const client here = runtime->client();
  const admin through_store(store.open());
  here.start(order, "a", 50);
  here.instance("a").set_label("stage", "held");
  through_store.set_label("a", "seen", true);
  through_store.change_label("a", {.wanted = {"amount", {}}, .is_removed = true});
  CHECK(eventually(
      [&] { return ids_of(through_store, "stage = held and seen = true and amount is null") == "a"; }));
  here.instance("a-parcel").raise(go, 1);
  CHECK(eventually([&] { return ids_of(through_store, "stage = sent and seen = true") == "a"; }));
}

LAW("labels outlive continue-as-new, a restart, and the end") {
  test_store store;
  {
    const auto runtime = start_on(store);
    runtime->client().start(rounds, "r", 3, {.labels = {make_label("team", "blue")}});
    CHECK(eventually([&] { return runtime->client().instance("r").status().execution == 4; }));
    runtime->client().instance("r").set_label("seen", 1);
  }
  const auto runtime = start_on(store);
  const client client = runtime->client();
  client.instance("r").raise(go, 1);
  CHECK(client.instance(rounds, "r").result(patience) == 3);
  const std::vector<label> all{make_label("round", 0), make_label("seen", 1), {"team", "blue"}};
  CHECK(client.instance("r").status().labels == all);
  CHECK(client.admin().verify().inconsistencies == 0);
}

LAW("a label is refused that is not legal, or whose instance cannot take it") {
  test_store store;
  const auto runtime = start_on(store);
  const client client = runtime->client();
  const admin admin = client.admin();
  const auto kind_of = [](const auto& what) -> std::optional<error_kind> {
    try {
      what();
    } catch (const error& e) {
      return e.kind();
    }
    return std::nullopt;
  };
  CHECK(kind_of([&] { client.instance("nobody").set_label("a", 1); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { admin.set_label("nobody", "a", 1); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { client.instance("a").set_label("", 1); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { admin.set_label("a", "x", std::string(1025, 'x')); }) == error_kind::limit_exceeded);
  CHECK(kind_of([&] { client.instance("@account/ada").set_label("a", 1); }) == error_kind::invalid_argument);
  client.start(parcel, "ended", 1);
  client.instance("ended").raise(go, 1);
  client.instance(parcel, "ended").result(patience);
  CHECK(kind_of([&] { client.instance("ended").set_label("a", 1); }) == error_kind::instance_terminal);
}

}  // namespace duroxide::laws_of_labels
