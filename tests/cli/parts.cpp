// The parts of the command line and of the catalogue that need no store.
#include "duroxide/history_spans.hpp"
#include "api/cli/failures.hpp"
#include "api/cli/json_text.hpp"
#include "api/cli/table.hpp"
#include "api/cli/usage.hpp"
#include "api/operations/answers.hpp"
#include "api/operations/base64.hpp"
#include "api/operations/times.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace laws_of_parts_of_the_command_line {

using namespace duroxide;
using namespace std::chrono_literals;
using cli::cut;
using cli::nearest;
using cli::printable;
using operations::span_from;
using operations::text_of;
using operations::time_from;

LAW("a time is read back as it was written, and with less of it") {
  const timestamp now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30) + 15h + 24min + 30s + 7ms;
  CHECK(text_of(now) == "2026-11-30T15:24:30.007Z");
  CHECK(time_from(text_of(now), {}) == now);
  CHECK(time_from("2026-11-30T15:24:30Z", {}) == now - 7ms);
  CHECK(time_from("2026-11-30 15:24", {}) == now - 30s - 7ms);
  CHECK(time_from("2026-11-30", {}) == std::chrono::sys_days(std::chrono::year(2026) / 11 / 30));
  CHECK(time_from("2h", now) == now - 2h);
  for (const char* text :
       {"", "yesterday", "2026-13-01", "2026-02-30", "2026-11-30T25:00Z", "2026-11-30T15:24:30Zx",
        "2026-11-30T", "-2h", "2h ", "forever", "26-11-30", "2026-11-30T15:24:61Z"})
    CHECK(!time_from(text, now));
}

LAW("a span has a number and a unit") {
  CHECK(span_from("250ms") == 250ms);
  CHECK(span_from("0s") == 0s);
  CHECK(span_from("10s") == 10s);
  CHECK(span_from("5m") == 5min);
  CHECK(span_from("2h") == 2h);
  CHECK(span_from("30d") == 30 * 24h);
  CHECK(span_from("forever") == no_limit);
  for (const char* text :
       {"", "5", "s", "-5s", "5 s", "5w", "1.5h", "99999999999999999999s", "9999999999999d"})
    CHECK(!span_from(text));
}

LAW("bytes that are no text are base64") {
  for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                    {"f", "Zg=="},
                                                                                    {"fo", "Zm8="},
                                                                                    {"foo", "Zm9v"},
                                                                                    {"foob", "Zm9vYg=="},
                                                                                    {"\xff\xfe", "//4="}})
    CHECK(operations::base64_of(bytes) == text);
  CHECK(boost::json::serialize(operations::json_of_payload("\xff\xfe")) == R"({"$base64":"//4="})");
  CHECK(boost::json::serialize(operations::json_of_payload("{x}")) == R"({"$text":"{x}"})");
  CHECK(boost::json::serialize(operations::json_of_payload(R"({"a":[0.1]})")) == R"({"a":[1E-1]})");
}

LAW("an execution waits for what has no outcome") {
  const auto event = [](std::uint64_t id, event_kind kind, std::string name, std::uint64_t source = 0) {
    history_event made;
    made.id = id;
    made.kind = kind;
    made.name = std::move(name);
    made.source = source;
    return made;
  };
  std::vector<history_event> history{
      event(1, event_kind::orchestration_started, "O"), event(2, event_kind::activity_scheduled, "a"),
      event(3, event_kind::timer_created, ""),          event(4, event_kind::external_subscribed, "e"),
      event(5, event_kind::external_subscribed, "e"),   event(6, event_kind::queue_subscribed, "q")};
  const auto ids = [&] {
    std::string text;
    for (const auto& each : duroxide::open_waits(history)) text += std::to_string(each.id) + " ";
    return text;
  };
  CHECK(ids() == "2 3 4 5 6 ");
  history.push_back(event(7, event_kind::activity_completed, "", 2));
  history.push_back(event(8, event_kind::external_raised, "e"));
  history.push_back(event(9, event_kind::external_raised, "other"));
  history.push_back(event(10, event_kind::operation_dropped, "", 3));
  CHECK(ids() == "5 6 ");
  history.push_back(event(11, event_kind::queue_message, "q"));
  CHECK(ids() == "5 ");
  history.push_back(event(12, event_kind::orchestration_completed, ""));
  CHECK(ids().empty());
}

LAW("the word that was meant is the nearest one, and far ones are not suggested") {
  const std::vector<std::string> verbs{"list", "show", "status", "history", "delete", "delete-ended"};
  CHECK(nearest("lits", verbs) == "list");
  CHECK(nearest("lsit", verbs) == "list");
  CHECK(nearest("hisotry", verbs) == "history");
  CHECK(nearest("delet", verbs) == "delete");
  CHECK(nearest("frobnicate", verbs).empty());
  CHECK(nearest(std::string(1000, 'a'), verbs).empty());
}

LAW("an error has the exit code of its kind, and advice where the message has none") {
  const auto failure = [](error_category category, error_kind kind, std::string message = {}) {
    return error_details{category, kind, std::move(message), {}};
  };
  using enum error_category;
  CHECK(cli::exit_code_of(failure(application, error_kind::instance_not_found)) == 4);
  CHECK(cli::exit_code_of(failure(infrastructure, error_kind::store_unavailable)) == 5);
  CHECK(cli::exit_code_of(failure(configuration, error_kind::invalid_argument)) == 2);
  CHECK(cli::exit_code_of(failure(application, error_kind::invalid_argument)) == 1);
  CHECK(cli::exit_code_of(failure(infrastructure, error_kind::store_in_use)) == 1);
  const auto advice = [&](const std::string& message) {
    return cli::advice_for(failure(infrastructure, error_kind::store_incompatible, message));
  };
  CHECK_THAT(advice("open: sqlite:a.db: there is no database to read"), Catch::Contains("duroxide init"));
  CHECK_THAT(advice("opening it otherwise migrates it."), Catch::Contains("duroxide migrate"));
  CHECK(advice("the server is too old") == "");
}

LAW("a word that may be a URL is not repeated") {
  CHECK(cli::word_in_quotes("lits") == "'lits'");
  CHECK(cli::word_in_quotes("postgresql://u:sekret@h/x") == "the URL of a store");
}

LAW("text from a store cannot change the terminal") {
  CHECK(printable("a\x1b[31mb\n\t\x7f") == "a\\x1b[31mb\\n\\t\\x7f");
  CHECK(printable("\xc2\x9b[31m") == "\\xc2\\x9b[31m");
  CHECK(printable("Grüße ✓") == "Grüße ✓");
  CHECK(cli::printable_lines("a\n\tb\x1b", 2) == "a\n  b\\x1b");
}

LAW("a text is cut between characters") {
  CHECK(cut("Grüße", 5) == "Grüße");
  CHECK(cut("Grüße", 4) == "Grü…");
  CHECK(cut("", 4).empty());
}

LAW("a table is as wide as its cells, and cut at the edge of a terminal") {
  cli::table lines({"ID", "COUNT", "TEXT"});
  lines.add({{"a"}, {"7", cli::look::plain, true}, {"a longer text"}});
  lines.add({{"longer"}, {"1234567", cli::look::plain, true}, {""}});
  CHECK(lines.text({}) == "ID        COUNT  TEXT\n"
                          "a             7  a longer text\n"
                          "longer  1234567\n");
  CHECK(lines.text({29, false}) == "ID        COUNT  TEXT\n"
                                   "a             7  a longer te…\n"
                                   "longer  1234567\n");
}

LAW("JSON that does not fit has a line for each member") {
  const auto value = boost::json::parse(R"({"name":"Ada","items":[1,2],"more":{"much":"longer text"}})");
  CHECK(cli::pretty(value, 0, 100) == R"({"name":"Ada","items":[1,2],"more":{"much":"longer text"}})");
  CHECK(cli::pretty(value, 2, 24) == "{\n"
                                     "    \"name\": \"Ada\",\n"
                                     "    \"items\": [1,2],\n"
                                     "    \"more\": {\n"
                                     "      \"much\": \"longer text\"\n"
                                     "    }\n"
                                     "  }");
}

LAW("JSON that is nested deeply does not run to the right") {
  const std::string nested = std::string(200, '[') + std::string(200, ']');
  const std::string text = cli::pretty(boost::json::parse(nested, {}, {.max_depth = 300}), 0, 80);
  CHECK(std::ranges::count(text, '\n') < 50);
}

}  // namespace laws_of_parts_of_the_command_line
