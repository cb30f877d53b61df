#include "duroxide/testing/replay.hpp"

#include "duroxide/open_store.hpp"
#include "runtime/history_codec.hpp"
#include "runtime/replay_verification.hpp"
#include "persistence/simulated/store.hpp"
#include "actors/instance/not_registered.hpp"

#include <algorithm>
#include <ostream>
#include <set>
#include <utility>

namespace duroxide::testing {

namespace {

constexpr std::size_t page = 1000;

// The handlers of a process that never runs.
class registered_handlers {
public:
  explicit registered_handlers(const handlers& registered)
      : idle_(internal::simulated_store::make()->connect()) {
    registered(idle_);
  }
  const registry& get() { return idle_.handlers(); }

private:
  runtime idle_;
};

// Why the history does not match the code; none: it does.
std::optional<std::string> mismatch_of(const loaded_instance& stored, const registry& known,
                                       std::uint64_t& events) {
  const instance_status& status = stored.status;
  if (stored.history_format > limits::history_format)
    return "its history has format " + std::to_string(stored.history_format) +
           ", and this build reads up to " + std::to_string(limits::history_format);
  const auto* handler = known.find_orchestration(status.orchestration, status.version);
  if (!handler) return internal::not_registered(known, status.orchestration, status.version).message;
  auto history = internal::unpack_history(stored.instance, stored.history);
  if (!history) return history.error();
  events = history->size();
  if (history->empty()) return std::nullopt;  // it has not begun
  internal::execution_options options;
  options.history_format = stored.history_format;
  internal::execution_state replayed(
      {stored.instance, status.execution, status.orchestration, status.version}, handler->make, options);
  std::optional<error_details> difference;
  if (!is_terminal_event(history->back().kind))
    difference = replay_to_the_wait(replayed, *std::move(history));
  else if (history->size() > 1)
    difference = replay_to_the_end(replayed, *std::move(history));
  if (difference) return difference->message;
  return std::nullopt;
}

std::vector<std::string> unregistered_activities(const loaded_instance& stored, const registry& known) {
  std::set<std::string> names;
  for (const stored_activity& each : stored.activities)
    if (!known.find_activity(each.name)) names.insert(each.name);
  return {names.begin(), names.end()};
}

replay_verdict judge(provider& store, const instance_summary& what, const registry& known) {
  replay_verdict verdict{what.instance, what.orchestration, what.version, what.execution, 0, false, {}, {}};
  const auto loaded = store.load(what.instance);
  if (!loaded && loaded.error().certainty == commit_certainty::broken) {  // this one only
    verdict.why = loaded.error().message;
    return verdict;
  }
  const auto& stored = loaded.value();
  if (!stored) {  // deleted since it was listed
    verdict.matches = true;
    return verdict;
  }
  verdict.version = stored->status.version;
  verdict.execution = stored->status.execution;
  auto why = mismatch_of(*stored, known, verdict.events);
  verdict.matches = !why;
  verdict.why = std::move(why).value_or(std::string());
  verdict.unregistered_activities = unregistered_activities(*stored, known);
  return verdict;
}

std::vector<replay_verdict> judge_all(provider& store, const instance_filter& which,
                                      const handlers& registered) {
  registered_handlers known(registered);
  std::vector<replay_verdict> verdicts;
  instance_query query;
  query.filter = which;
  query.descending = false;
  query.limit = page;
  do {
    instance_page found = store.administration().list(query).value();
    for (const instance_summary& each : found.instances) verdicts.push_back(judge(store, each, known.get()));
    query.cursor = std::move(found.cursor);
  } while (!query.cursor.empty());
  return verdicts;
}

void write_line(std::ostream& report, const replay_verdict& verdict) {
  report << (verdict.matches ? "ok        " : "MISMATCH  ") << verdict.instance << "  "
         << verdict.orchestration << (verdict.version.empty() ? "" : "@") << verdict.version << "  execution "
         << std::to_string(verdict.execution) << "  ";
  if (verdict.matches && verdict.events == 0)
    report << "not begun\n";
  else
    report << std::to_string(verdict.events) << " events\n";
  if (!verdict.matches) report << "          " << verdict.why << "\n";
  for (const std::string& name : verdict.unregistered_activities)
    report << "          waits for activity '" << name << "', which is not registered here\n";
}

}  // namespace

std::vector<replay_verdict> replay_exported(std::istream& exported, const handlers& registered) {
  auto store = internal::simulated_store::make()->connect();
  if (auto read = store->administration().read_from(exported, {}); !read)
    throw configuration_error(error_kind::invalid_argument, read.error().message);
  return judge_all(*store, {}, registered);
}

std::vector<replay_verdict> replay_open_instances(std::shared_ptr<provider> store,
                                                  const handlers& registered) {
  instance_filter open;
  open.statuses = {runtime_status::pending, runtime_status::running};
  return judge_all(*store, open, registered);
}

int gate(const std::string& url, const handlers& registered, std::ostream& report) {
  try {
    const auto verdicts = replay_open_instances(open_store_for_reading(url), registered);
    for (const replay_verdict& each : verdicts) write_line(report, each);
    const auto bad = std::ranges::count(verdicts, false, &replay_verdict::matches);
    report << std::to_string(verdicts.size()) << " open instances, " << std::to_string(bad)
           << " do not match this build\n";
    return bad == 0 ? 0 : 1;
  } catch (const error& failed) {
    report << "the check could not be made: " << failed.what() << "\n";
    return 2;
  }
}

}  // namespace duroxide::testing
