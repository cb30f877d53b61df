// A file that no export has written is refused by name before anything is written.
#include "tests/persistence/corruptions.hpp"

#include <sstream>

namespace laws_of_importing {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;

namespace {

// In the first line that has `line` in it, `what` becomes `with`.
struct attack {
  std::string line;
  std::string what;
  std::string with;
  std::string refusal;  // without the number of the line
};

const std::string p = R"("id":"p")";
const std::string c = R"("id":"c")";
const std::string execution = R"({"execution":)";
const std::string history = R"({"history":)";
const std::string message_line = R"({"message":)";
const std::string activity = R"({"activity":)";

const std::vector<attack>& on_instances() {
  static const std::vector<attack> all{
      {p, R"("running")", R"("bogus")", "'status' cannot be read: no status is called 'bogus'"},
      {p, R"("running")", R"("continued_as_new")", "'status' is 'continued_as_new', which no instance is"},
      {p, R"("running")", R"("not_found")", "'status' is 'not_found', which no instance is"},
      {p, R"("id":"p")", R"("id":"p\u0001")", "'id' contains a control character at byte 1; remove it"},
      {p, R"("id":"p")", R"("id":"p\u0000q")", "'id' has a U+0000 in it"},
      {p, R"("id":"p")", R"("id":")" + std::string(257, 'z') + "\"", "'id' has 257 bytes; the limit is 256"},
      {p, R"("id":"p")", R"("id":")" + std::string(257, 'z') + "::sub::1\"",
       "'id' has 257 bytes; the limit is 256"},
      {p, R"("id":"p")", R"("id":")" + std::string(250, 'z') + "::sub::one\"",
       "'id' has 260 bytes; the limit is 256"},
      {p, R"("Hello")", R"("")", "'orchestration' is empty; give it 1 to 256 bytes"},
      {p, R"("version":"1.0.0")", R"("version":"newest")", "'version' cannot be read: "},
      {p, R"("execution":1)", R"("execution":-5)", "'execution' is -5; it is 1 to 9007199254740992"},
      {p, R"("execution":1)", R"("execution":9223372036854775807)", "'execution' is 9223372036854775807; "},
      {p, R"("execution":1)", R"("execution":18446744073709551615)", "'execution' is not what it should be"},
      {p, R"("execution":1)", R"("execution":1.5)", "'execution' is not what it should be"},
      {p, R"("history_format":6)", R"("history_format":99)", "'history_format' is 99; it is 1 to 6"},
      {p, R"("created_at":)", R"("created_at":-)", "'created_at' is -"},
      {p, R"("updated_at":)", R"("updated_at":9999)", "'updated_at' is 9999"},
      {p, R"("custom_status_version":0)", R"("custom_status_version":-1)", "'custom_status_version' is -1; "},
      {p, R"("custom_status_version":0)", R"("custom_status_version":0,"labels":"zz")",
       "'labels' are no labels as an export writes them: "},
      {p, R"("custom_status_version":0)", R"("custom_status_version":0,"labels":"{\"a\":1}")",
       "'labels' are no labels as an export writes them: "},
      {p, R"("custom_status_version":0)", R"("custom_status_version":0,"labels":"{\"\":\"1\"}")",
       "'labels' have a name that none can have: a name is empty"},
      {p, R"("custom_status_version":0)", R"("custom_status_version":0,"labels":"{ \"a\":\"1\"}")",
       "'labels' are not written as an export writes them"},
      {p, R"("history_format":6)", R"("parent_instance":"x","history_format":6)",
       "'parent_execution' is missing"},
      {p, R"("history_format":6)", R"("parent_event_id":3,"history_format":6)",
       "'parent_instance' is missing"},
      {p, R"("history_format":6)",
       R"("parent_instance":"p","parent_execution":1,"parent_event_id":3,"history_format":6)",
       "'parent_instance' is the instance itself"},
      {p, R"("history_format":6)",
       R"("parent_instance":"c","parent_execution":1,"parent_event_id":3,"history_format":6)",
       "'parent_instance' is an instance whose parents lead back to this one"},
      {c, R"("parent_execution":1)", R"("parent_execution":0)", "'parent_execution' is 0; it is 1 to "},
  };
  return all;
}

const std::vector<attack>& on_executions() {
  static const std::vector<attack> all{
      {p, R"("execution":1)", R"("execution":2)",
       "'status' is 'running'; as the instance is 'running' in its execution 2, it is 'continued_as_new'"},
      {p, R"("running")", R"("completed")",
       "'status' is 'running'; as the instance is 'completed' in its execution 1, it is 'completed'"},
      {execution, R"("running")", R"("failed")",
       "'status' is 'failed'; as the instance is 'running' in its execution 1, it is 'running'"},
      {execution, R"("running")", R"("bogus")", "'status' cannot be read: no status is called 'bogus'"},
      {execution, R"({"execution":1)", R"({"execution":2)",
       "'execution' is 2; the current one of the instance is 1"},
      {execution, R"("input")", R"("ended_at":9,"input")", "'ended_at' is there, and it is 'running'"},
      {execution, R"("input")", R"("event_count":-1,"input")", "'event_count' is -1; "},
      {execution, R"("input")", R"("error":"x","input")", "'error' is no error as an export writes it: "},
      {execution, R"("input")", R"("error":"{}","input")", "'error' is no error as an export writes it: "},
      {execution, R"("started_at":)", R"("started_at":-1)", "'started_at' is -1"},
      {history, R"("execution":1)", R"("execution":7)", "'execution' is 7, which the instance does not have"},
      {history, R"("first_event_id":1)", R"("first_event_id":2)",
       "'first_event_id' is 2; event 1 comes here"},
      {history, R"("count":1)", R"("count":0)", "'count' is 0; it is 1 to 2147483647"},
      {history, R"("count":1)", R"("count":2)", "'count' is 2; there are 1 events"},
      {history, R"("packed":")", R"("packed":"not )", "'packed' cannot be read: "},
      {history, "orchestration_started", "bogus", "'packed' cannot be read: "},
      {history, "orchestration_started", "activity_scheduled",
       "'packed' does not begin with orchestration_started"},
  };
  return all;
}

const std::vector<attack>& on_what_waits() {
  static const std::vector<attack> all{
      {message_line, R"("event_raised")", R"("bogus")",
       "'kind' cannot be read: no kind of message is called 'bogus'"},
      {message_line, R"("name":"go")", R"("name":"")", "'name' is empty; give it 1 to 256 bytes"},
      {message_line, R"("name":"go")", R"("name":"g\no")", "'name' contains a control character at byte 1"},
      {message_line, R"("execution":0)", R"("execution":-1)", "'execution' is -1; it is 0 to "},
      {message_line, R"("attempts":0)", R"("attempts":4294967296)", "'attempts' is 4294967296; it is 0 to "},
      {message_line, R"("name")", R"("error":"[]","name")", "'error' is no error as an export writes it: "},
      {activity, R"("execution":1)", R"("execution":7)", "'execution' is 7; the current one is 1"},
      {activity, R"("event_id":2)", R"("event_id":0)", "'event_id' is 0; it is 1 to "},
      {activity, R"("attempt":1)", R"("attempt":0)", "'attempt' is 0; it is 1 to "},
      {activity, R"("name":"greet")", R"("name":"gr\u007feet")", "'name' contains a control character"},
      {activity, R"("input")", R"("tag":"","input")", "'tag' is empty; give it 1 to 256 bytes"},
      {activity, R"("shared":false)", R"("shared":null)", "'shared' is not what it should be"},
  };
  return all;
}

std::string attacked(const std::string& text, const attack& change) {
  std::istringstream from(text);
  std::string all;
  bool done = false;
  for (std::string line; std::getline(from, line);) {
    if (!done && line.find(change.line) != line.npos) {
      REQUIRE(line.find(change.what) != line.npos);
      line.replace(line.find(change.what), change.what.size(), change.with);
      done = true;
    }
    all += line + "\n";
  }
  REQUIRE(done);
  return all;
}

std::string exported(const live_store& store) {
  std::ostringstream to;
  REQUIRE(store->administration().write_to(to, std::nullopt).has_value());
  return to.str();
}

std::string imported(const live_store& store, const std::string& text) {
  std::istringstream from(text);
  const auto taken = store->administration().read_from(from, read_events);
  if (taken) return "";
  CHECK(taken.error().certainty == commit_certainty::broken);
  CHECK(taken.error().kind == error_kind::invalid_argument);
  return taken.error().message;
}

void check_refused(const live_store& store, const std::vector<attack>& attacks) {
  fill_soundly(*store, store.writer());
  const std::string text = exported(store);
  REQUIRE(store->administration().remove("p", true).value().deleted.instances == 2);
  for (const attack& each : attacks) {
    const std::string answer = imported(store, attacked(text, each));
    INFO(each.line << " " << each.with << "\n" << answer);
    CHECK(answer.find(": line ") != answer.npos);
    CHECK(answer.find(each.refusal) != answer.npos);
    CHECK(store->administration().metrics().value().instances == 0);
    CHECK(store->administration().depths(end_of_time).value().messages == 0);
  }
  CHECK(imported(store, text) == "");
  CHECK(exported(store) == text);
  CHECK(verified(*store) == "");
}

}  // namespace

STORE_LAW("an instance that cannot be is not imported") { check_refused(store, on_instances()); }

STORE_LAW("an execution or a history that cannot be is not imported") {
  check_refused(store, on_executions());
}

STORE_LAW("a message or an activity that cannot be is not imported") {
  check_refused(store, on_what_waits());
}

STORE_LAW("the child of a child is imported, however long its id has become") {
  fill_soundly(*store, store.writer());
  std::string text = exported(store);
  REQUIRE(store->administration().remove("p", true).has_value());
  const std::string id = std::string(250, 'z') + "::sub::3::sub::2::14";
  text.replace(text.find(c), c.size(), R"("id":")" + id + "\"");
  CHECK(imported(store, text) == "");
  CHECK(store->administration().info(id).value().has_value());
}

STORE_LAW("a payload is imported whatever it is") {
  fill_soundly(*store, store.writer());
  std::string text = exported(store);
  REQUIRE(store->administration().remove("p", true).has_value());
  const std::string input = R"("input":")";
  REQUIRE(text.find(input) != text.npos);
  text.replace(text.find(input), input.size(), input + std::string(100'000, '['));
  CHECK(imported(store, text) == "");
  CHECK(verified(*store) == "");
  CHECK(store->administration().list({}).value().instances.size() == 2);
}

}  // namespace laws_of_importing
