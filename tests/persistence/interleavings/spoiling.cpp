#include "tests/persistence/interleavings/spoiling.hpp"

#include <algorithm>

namespace duroxide::interleavings {

namespace {

struct spoilt {
  std::string sql;
  std::string done;  // JSON, as in said.sql
  std::string kind;
};

std::string answer_to_message(const std::string& id) {
  return R"({"at": 1, "answer": {"sent": [{"to": "it", "id": )" + id + R"(, "always": true}]}})";
}

}  // namespace

std::vector<std::string> not_judged_rightly(stage& scene, const spelling& dialect) {
  const std::string born = R"({"at": 2, "answer": {"born": [{"id": "it", "key": 2}]}})";
  const std::string sent = answer_to_message(dialect.message_id);
  const std::vector<spoilt> all{
      {dialect.new_message + "'nobody', 'cancel', 1, 0, 0, 0, '', '')", "", "orphan"},
      {"update instances set status = 'completed' where id = 'it'", "", "orphan"},
      {"update inbox set shard = " + dialect.other_shard, "", "shard"},
      {"update activities set shard = " + dialect.other_shard + " where event_id = 3", "", "shard"},
      {"delete from activities", born, "older"},
      {"delete from inbox", born, "older"},
      {"select 1", sent, "lost"},
      {"select 1", answer_to_message(dialect.refused_id), "refused"},
      {"update activities set owner = null, finished = " + dialect.yes + " where event_id = 4", "", "lost"},
      {"update nodes set state = 'dead' where id = 3", "", "stranded"},
      {"delete from executions where instance_key = 2", "", "unsound"},
  };
  std::vector<std::string> wrong;
  if (!scene.breaches_after("select 1", "").empty()) wrong.emplace_back("unspoilt");
  if (!scene.breaches_after(dialect.new_message + "'it', 'cancel', 1, 0, 0, 0, '', '')", sent).empty())
    wrong.emplace_back("a message");
  for (const spoilt& each : all)
    if (const auto found = scene.breaches_after(each.sql, each.done);
        std::ranges::find(found, each.kind, &breach::kind) == found.end())
      wrong.push_back(each.kind + ": " + each.sql);
  return wrong;
}

}  // namespace duroxide::interleavings
