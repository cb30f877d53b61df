#include "tests/persistence/postgres/interleavings/orders.hpp"
#include "tests/persistence/postgres/interleavings/stage.hpp"
#include "tests/persistence/postgres/interleavings/table.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <mutex>

namespace laws_of_interleavings {

using namespace duroxide::interleavings;

namespace {

// By "MEETING: KIND", what did not hold in the first order in which it was found.
using findings = std::map<std::string, std::string>;

std::string setting(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::size_t most_orders_of(const meeting& each) {
  const auto of_pair = std::stoul(setting("DUROXIDE_TEST_ORDERS", "40"));
  return each.operations.size() == 2 ? of_pair : 4 * of_pair;
}

findings found_in(stage& on, const meeting& each) {
  findings found;
  orders left;
  for (std::size_t tried = 0; tried < most_orders_of(each); ++tried) {
    const auto first = left.next();
    if (!first) break;
    const outcome came = on.perform(each.situation, each.operations, *first);
    left.add(came.made);
    findings here;
    for (const breach& what : came.breaches) here[each.name() + ": " + what.kind] += what.what + "\n  ";
    for (const auto& [name, what] : here) found.try_emplace(name, what + "\n" + came.trace);
  }
  return found;
}

// Two at a time: while one waits for the server, the other can go on.
findings found_in(const std::vector<meeting>& all) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  findings found;
  const auto work = [&] {
    stage on;
    for (std::size_t n = next++; n < all.size(); n = next++) {
      findings more = found_in(on, all[n]);
      const std::lock_guard lock(mutex);
      found.merge(std::move(more));
    }
  };
  auto other = std::async(std::launch::async, work);
  work();
  other.get();
  return found;
}

std::vector<meeting> chosen_meetings() {
  std::vector<meeting> all = all_meetings();
  const std::string part = setting("DUROXIDE_TEST_MEETINGS", "");
  std::erase_if(all, [&](const meeting& each) { return each.name().find(part) == std::string::npos; });
  return all;
}

bool is_among(const std::vector<meeting>& all, const std::string& finding) {
  return std::ranges::any_of(all,
                             [&](const meeting& each) { return finding.starts_with(each.name() + ": "); });
}

}  // namespace

LAW("what must hold does after every order of the statements of operations that meet") {
  const auto all = chosen_meetings();
  std::string news;
  std::string mended;
  const findings found = found_in(all);
  for (const auto& [what, how] : found)
    if (!known_findings().contains(what)) news += what + "\n  " + how + "\n";
  for (const std::string& what : known_findings())
    if (is_among(all, what) && !found.contains(what)) mended += what + "\n";
  INFO("found, and not known:\n" << news);
  CHECK(news.empty());
  INFO("known, and not found: strike it from known.cpp\n" << mended);
  CHECK(mended.empty());
}

LAW("what must not be is found") {
  struct spoilt {
    std::string sql;
    std::string done;
    std::string kind;
  };
  const std::string message =
      "insert into inbox (id, instance_key, shard, instance, kind, execution, source, "
      "sent_at, visible_at, name, data) overriding system value values (7, 2, 10, ";
  const std::string born = R"({"at": 2, "answer": {"born": [{"id": "it", "key": 2}]}})";
  const std::string sent = R"({"at": 1, "answer": {"sent": [{"to": "it", "id": 7, "always": true}]}})";
  const std::string refused = R"({"at": 1, "answer": {"sent": [{"to": "it", "id": -1, "always": true}]}})";
  const std::vector<spoilt> all{
      {message + "'nobody', 'cancel', 1, 0, 0, 0, '', '')", "", "orphan"},
      {"update instances set status = 'completed' where id = 'it'", "", "orphan"},
      {"update inbox set shard = 20", "", "shard"},
      {"update activities set shard = 20 where event_id = 3", "", "shard"},
      {"delete from activities", born, "older"},
      {"delete from inbox", born, "older"},
      {"select 1", sent, "lost"},
      {"select 1", refused, "refused"},
      {"update activities set owner = null, finished = true where event_id = 4", "", "lost"},
      {"update nodes set state = 'dead' where id = 3", "", "stranded"},
      {"delete from executions where instance_key = 2", "", "unsound"},
  };
  stage on;
  CHECK(on.breaches_after("select 1", "").empty());
  CHECK(on.breaches_after(message + "'it', 'cancel', 1, 0, 0, 0, '', '')", sent).empty());
  for (const spoilt& each : all) {
    std::set<std::string> kinds;
    for (const breach& what : on.breaches_after(each.sql, each.done)) kinds.insert(what.kind);
    INFO(each.sql);
    CHECK(kinds.contains(each.kind));
  }
}

}  // namespace laws_of_interleavings
