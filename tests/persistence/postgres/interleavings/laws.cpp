#include "tests/persistence/interleavings/search.hpp"
#include "tests/persistence/postgres/interleavings/stage.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

namespace laws_of_interleavings {

using namespace duroxide::interleavings;

namespace {

bool is_among(const std::vector<meeting>& all, const std::string& finding) {
  return std::ranges::any_of(all,
                             [&](const meeting& each) { return finding.starts_with(each.name() + ": "); });
}

}  // namespace

LAW("what must hold does after every order of the statements of operations that meet") {
  const auto all = chosen_meetings(store_kind::postgres);
  std::vector<std::unique_ptr<stage>> stages;
  for (int n = 0; n < 2; ++n) stages.push_back(std::make_unique<postgres_stage>());
  std::string news;
  std::string mended;
  const findings found = found_in(all, std::move(stages));
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
  postgres_stage on;
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
