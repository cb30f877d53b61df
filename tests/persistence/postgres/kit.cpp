#include "tests/persistence/postgres/kit.hpp"

#include "persistence/postgres/conninfo.hpp"

#include <atomic>

namespace duroxide::persistence_tests {

using testing_support::eventually;
using testing_support::private_server;

raw_session::raw_session(const std::string& url, const std::string& schema)
    : connection_(persistence::postgres::conninfo(url, {}).for_new_connection()) {
  connection_.run_script(
      "set client_min_messages = error; set application_name = 'beside'; set search_path = \"" + schema +
      "\"");
}

std::string raw_session::run(const std::string& sql) {
  auto row = connection_.run_script(sql);
  std::string text;
  if (row.next()) row.read(persistence::only_column, text);
  return text;
}

std::string new_schema() {
  static std::atomic<int> made = 0;
  return "test_" + std::to_string(++made);
}

std::string with_option(const std::string& url, const std::string& option) {
  return url + (url.find('?') == std::string::npos ? "?" : "&") + option;
}

lone_node::lone_node(const std::string& url, const std::string& schema)
    : schema_(schema), name_("node_" + new_schema()),
      provider_(
          postgres_provider::connect_with_schema(with_option(url, "application_name=" + name_), schema)),
      node_(provider_->join({"tester", {"Hello"}, {"greet"}, true}).value()),
      writer_(provider_->open_writer(node_.node, 0).value()) {}

stored<batch_receipt> lone_node::commit(const turn_commit& turn) const {
  return writer_->commit(conformance::batch_of({turn}));
}

std::string lone_node::outcome(const turn_commit& turn) const { return outcome_of_commit(commit(turn)); }

void lone_node::lose_sessions() const {
  raw_session admin = beside();
  const std::string ended =
      admin.run("select coalesce(array_agg(pid)::text, '{}') from (select pid, pg_terminate_backend(pid) "
                "from pg_stat_activity where application_name = '" +
                name_ + "') ended");
  REQUIRE(eventually([&] {
    return admin.number("select count(*) from pg_stat_activity where pid = any ('" + ended + "'::int[])") ==
           0;
  }));
}

std::string outcome_of_commit(const stored<batch_receipt>& written) {
  if (!written) return to_string(written.error().certainty);
  switch (written.value().turns.at(0).outcome) {
  case turn_outcome::committed: return "committed";
  case turn_outcome::already_exists: return "already_exists";
  case turn_outcome::stale: return "stale";
  case turn_outcome::unwritable: return "unwritable";
  case turn_outcome::repeated: return "repeated";
  }
  return "";
}

std::string to_string(commit_certainty certainty) {
  switch (certainty) {
  case commit_certainty::not_done: return "not_done";
  case commit_certainty::unknown: return "unknown";
  case commit_certainty::fenced: return "fenced";
  case commit_certainty::broken: return "broken";
  }
  return "";
}

bool waits_for_lock(raw_session& seen_from, const std::string& words) {
  return seen_from.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query "
                          "like '" +
                          words + "%'") > 0;
}

std::string refusal(const std::string& url, const std::string& schema, postgres_options options) {
  try {
    postgres_provider::connect_with_schema(url, schema, std::move(options));
  } catch (const infrastructure_error& e) {
    return std::string(duroxide::to_string(e.kind())) + " " + e.what();
  }
  return "opened";
}

}  // namespace duroxide::persistence_tests
