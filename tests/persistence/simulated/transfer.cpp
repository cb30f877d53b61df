// Lines of export files: the same as those of other stores, and what is no such line is refused.
#include "duroxide/sqlite_provider.hpp"
#include "persistence/simulated/store.hpp"
#include "tests/persistence/conformance/kit.hpp"

#include <algorithm>
#include <sstream>

namespace laws_of_transfer {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::internal::simulated_store;

namespace {

// One instance with everything, its child, and one that continued as new.
void fill(provider& store) {
  const node_membership node = store.join({"tester", {}, {}}).value();
  const auto writer = store.open_writer(node.node, 0).value();
  turn_commit first = first_turn("a");
  first.creates->labels = {{"team", "blue"}, {"quo\"te", "\"x\""}};
  first.activities = {activity_of("a", 1), shared_activity("a", 2), shared_activity("a", 3)};
  first.activities[0].input = std::string("\0\xff", 2);
  first.activities[1].tag = "gpu";
  first.activities[1].session = "s";
  first.messages.push_back({timer_for("a", 7, moment(500)), 0});
  first.kv = {{"key", std::string("\\x00"), moment(3)}, {"gone", "1", moment(3)}};
  first.update.custom_status = std::optional<std::string>("half way");
  turn_commit child = last_turn("a::1", 3);
  child.creates = start_of("a::1");
  child.creates->parent = parent_link{"a", 1, 2};
  child.history = first_turn("a::1").history;
  child.ends->error = child.update.error =
      error_details{error_category::application, error_kind::activity_failed, "n\xffo", "greet", false};
  child.ends->status = child.update.status = runtime_status::failed;
  turn_commit again = turn_of("b", 3);
  again.ends = execution_end{1, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  again.begins = execution_begin{2, "\"next\"", 0};
  const auto receipt = writer->commit(batch_of({first, child, first_turn("b"), again})).value();
  for (const auto& each : receipt.turns) REQUIRE(each.outcome == turn_outcome::committed);
  turn_commit second = turn_of("a", 3);
  second.kv = {{"gone", std::nullopt, moment(4)}};
  commit_batch rest = batch_of({second});
  rest.posts.push_back({event_for("a", "go")});
  rest.progress.push_back({{"a", 1, 1}, "\"half\"", moment(6)});
  store.claim_activities(node.node, claim_at(0)).value();
  rest.outcomes.push_back(outcome_of({"a", 1, 3}, "1"));
  REQUIRE(writer->commit(rest).value().outcomes.at(0) != 0);
}

// Without the first line, which names the store.
std::string exported(provider& from) {
  std::ostringstream to;
  from.administration().write_to(to, std::nullopt).value();
  return to.str().substr(to.str().find('\n') + 1);
}

const std::string instance =
    R"({"instance":{"id":"a","orchestration":"Hello","version":"1.0.0","status":"running","execution":1,)"
    R"("history_format":1,"created_at":1,"updated_at":1,"custom_status_version":0}})";

const std::string execution =
    R"({"execution":{"execution":1,"status":"running","started_at":1,"input":"1"}})";

// The file with these lines, and the last one if it is not among them.
std::string refusal(std::string lines) {
  if (lines.find(R"({"end")") == lines.npos)
    lines += "\n" + std::string(R"({"end":{"lines":)") + std::to_string(std::ranges::count(lines, '\n') + 2) +
             "}}";
  std::istringstream from(R"({"duroxide_export":1,"from":"a test"})" + std::string("\n") + lines + "\n");
  const auto store = simulated_store::make()->connect();
  const auto taken = store->administration().read_from(from, {});
  CHECK(store->administration().metrics().value().instances == (taken ? 1 : 0));
  if (taken) return "";
  CHECK(taken.error().kind == error_kind::invalid_argument);
  return taken.error().message.substr(std::string("import_instances: simulated store: ").size());
}

}  // namespace

LAW("the same instances give the same lines in a simulated store and in SQLite") {
  const auto simulated = simulated_store::make()->connect();
  const auto sqlite = sqlite_provider::open_in_memory();
  fill(*simulated);
  fill(*sqlite);
  const std::string lines = exported(*simulated);
  CHECK(lines == exported(*sqlite));

  const auto moved = simulated_store::make()->connect();
  std::istringstream from(R"({"duroxide_export":1,"from":"SQLite"})" + std::string("\n") + lines);
  CHECK(moved->administration().read_from(from, {}).value().instances == 3);
  CHECK(exported(*moved) == lines);
}

LAW("a line that lacks something, or comes twice, is refused, and nothing is taken") {
  const std::string whole = instance + "\n" + execution;
  CHECK(refusal(R"({"instance":{"id":"a"}})") == "line 2: 'orchestration' is missing");
  CHECK(refusal(whole + "\n" + whole) ==
        "line 4: instance 'a' exists already; delete it first, or leave it out");
  CHECK(refusal(whole + "\n" + execution) == "line 4: 'execution' is 1, which the instance has already");
  CHECK(refusal(whole) == "");
  CHECK(refusal(whole + "\n" + R"({"end":{"lines":3}})") == "");
  CHECK(refusal(whole + "\n" + R"({"end":{"lines":4}})") ==
        "line 4: lines are missing before the last one, or there are too many");
}

LAW("what would come out differently is refused") {
  std::string failed = execution;
  failed.replace(
      failed.find("}}"), 1,
      R"(,"error":"{ \"category\":\"application\",\"kind\":\"activity_failed\",\"message\":\"\",\"source\":\"\"}"})");
  const std::string why = refusal(instance + "\n" + failed);
  CHECK(why.starts_with("instance 'a' would not be what the file says: the file has "));
}

}  // namespace laws_of_transfer
