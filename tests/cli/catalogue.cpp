// Every door has every operation of the catalogue, and the catalogue is in order.
#include "api/operations/catalogue.hpp"

#include "duroxide/open_store.hpp"
#include "api/cli/command_line.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <iterator>
#include <set>

namespace laws_of_the_catalogue {

using namespace duroxide;
using namespace duroxide::testing_support;
using operations::catalogue;
using operations::operation;
using operations::parameter;
using operations::presence;
using operations::value_type;

namespace {

std::string page(const std::string& path) {
  std::ifstream file(DUROXIDE_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool names(const std::string& text, const std::string& what) { return text.find(what) != text.npos; }

std::string without_escapes(const std::string& troff) {
  std::string text;
  for (const char c : troff)
    if (c != '\\') text += c;
  return text;
}

}  // namespace

LAW("an operation has a name of its own, a text for people, a function, and parameters in order") {
  std::set<std::string> seen;
  for (const operation& each : catalogue()) {
    INFO(each.name);
    CHECK(seen.insert(each.name).second);
    CHECK(each.run != nullptr);
    CHECK(!each.group.empty());
    CHECK((!each.summary.empty() && each.summary.back() != '.'));
    CHECK((each.details.empty() || each.details.back() == '.'));
    std::set<std::string> parameters;
    presence before = presence::required;
    for (const parameter& one : each.parameters) {
      INFO(one.name);
      CHECK(parameters.insert(one.name).second);
      CHECK(!one.help.empty());
      CHECK((one.type == value_type::choice || one.type == value_type::choices) == !one.choices.empty());
      CHECK(one.given >= before);
      before = one.given;
    }
  }
}

LAW("what changes a store needs it open, and what opens files is for the command line") {
  for (const operation& each : catalogue()) {
    INFO(each.name);
    if (each.does != operations::effect::reads) CHECK(each.needs != operations::store_access::reading);
    for (const parameter& one : each.parameters)
      if (one.type == value_type::file) CHECK(each.who_may == operations::audience::command_line);
  }
}

LAW("the command line has each operation, in its help, manual, completion and guide") {
  const std::string help = run_duroxide({"help"}, {}).output;
  const std::string manual = without_escapes(run_duroxide({"manual"}, {}).output);
  const std::string completion = run_duroxide({"completion", "bash"}, {}).output;
  const std::string guide = page("api/guide/command-line.md");
  for (const operation& each : catalogue()) {
    INFO(each.name);
    CHECK(names(help, "  " + each.name + " "));
    CHECK(names(manual, ".SS duroxide " + each.name + " "));
    CHECK(names(completion, " " + each.name + " "));
    CHECK(names(guide, "`" + each.name));
    const outcome own = run_duroxide({each.name, "--help"}, {});
    CHECK(own.exit_code == 0);
    CHECK(names(own.output, each.summary));
    for (const parameter& one : each.parameters) {
      if (one.given != presence::optional) continue;
      CHECK(names(own.output, cli::option_of(one)));
      CHECK(names(manual, ".B " + cli::option_of(one)));
      CHECK(names(completion, cli::option_of(one)));
    }
  }
}

LAW("the catalogue is there for programs, too") {
  const auto all = run_duroxide({"help", "--output", "json"}, {}).json();
  REQUIRE(all.as_array().size() == catalogue().size());
  CHECK(all.at(0).at("name") == "list");
  CHECK(all.at(0).at("effect") == "reads");
  CHECK(all.at(0).at("parameters").at("properties").as_object().contains("status"));
}

LAW("the schema of an operation has its parameters") {
  const auto* start = operations::find_operation("start");
  REQUIRE(start != nullptr);
  const auto schema = operations::schema_of(*start);
  CHECK(boost::json::serialize(schema.at("required")) == R"(["orchestration","id"])");
  CHECK(schema.at("properties").as_object().size() == start->parameters.size());
  CHECK(boost::json::serialize(schema.at("properties").at("if_exists").at("enum")) ==
        R"(["use","fail","replace"])");
  CHECK(operations::find_operation("strat") == nullptr);
}

LAW("arguments are checked before anything is done, and named") {
  const auto* list = operations::find_operation("list");
  REQUIRE(list != nullptr);
  const auto complaint = [&](const boost::json::object& given) -> std::string {
    try {
      operations::run(*list, operations::open_session(open_store("sqlite::memory:")), given);
    } catch (const configuration_error& e) {
      return e.what();
    }
    return "none";
  };
  CHECK(complaint({{"limit", 5}}) == "none");
  CHECK(complaint({{"limit", "5"}}) == "limit is '5'; it must be a whole number, 0 or more");
  CHECK(complaint({{"limit", -1}}) == "limit is '-1'; it must be a whole number, 0 or more");
  CHECK(complaint({{"limits", 5}}) == "'list' has no parameter 'limits'");
  CHECK(complaint({{"roots", "yes"}}) == "roots is 'yes'; it must be true or false");
  CHECK(
      complaint({{"status", {"failed", "done"}}}) ==
      R"(status is '["failed","done"]'; it must be a list of: pending, running, completed, failed, cancelled)");
  CHECK(complaint({{"order", "name"}}) == "order is 'name'; it must be one of: created, id, updated");
  CHECK(complaint({{"ids", {1}}}) == "ids is '[1]'; it must be a list of texts");
}

}  // namespace laws_of_the_catalogue
