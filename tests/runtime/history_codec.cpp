#include "runtime/history_codec.hpp"

#include "duroxide/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/history_text.hpp"

#include <boost/json.hpp>

namespace laws_of_history_codec {

using namespace duroxide;
using namespace duroxide::test;
using Catch::Contains;
using internal::pack_events;
using internal::unpack_events;

namespace {

constexpr timestamp moment{duration(1'700'000'000'000)};

// Payloads of every sort: text, quotes, control characters, NUL, invalid UTF-8, what looks like an escape.
const std::string payloads[] = {"",
                                "null",
                                R"({"a":"b\n"})",
                                "\\u0000 \"quoted\" \\",
                                "line\nfeed\r\ttab \x01\x1f\x7f",
                                std::string("nul\0inside", 10),
                                std::string(1, '\0'),
                                "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80",
                                "\xff\xfe",
                                "half \xc3",
                                R"({"base64":"AAAA"})",
                                std::string(10'000, 'x')};

history_event with_everything(event_kind kind, const std::string& payload) {
  history_event event;
  event.kind = kind;
  event.source = 7;
  event.name = "name" + payload;
  event.data = payload + "!";
  event.text = payload;
  event.version = payload;
  event.instance = payload;
  event.tag = payload;
  event.session = payload;
  event.due = timestamp(duration(-12345));
  event.error = error_details{
      error_category::poison, error_kind::attempts_exhausted, payload, payload, true, payload, payload};
  event.parent = parent_link{payload, 3, 4};
  event.carried = {{payload, payload}, {"q", "1"}};
  event.kv = {{payload, payload, timestamp(duration(7))}};
  event.attempt = 2;
  event.retry_of = 7;
  return event;
}

void expect_round_trip(std::vector<history_event> events) {
  std::uint64_t id = 41;
  for (auto& event : events) {
    event.id = id++;
    event.build = "a \"build\"";
    event.recorded_at = moment;
  }
  std::string packed = pack_events("a \"build\"", moment, events);
  CHECK(is_utf8(packed));
  CHECK(packed.find('\0') == packed.npos);
  boost::json::error_code failed;
  boost::json::parse(packed, failed);
  CHECK_FALSE(failed);
  auto unpacked = unpack_events(41, packed);
  INFO((unpacked ? std::string() : unpacked.error()));
  REQUIRE(unpacked);
  CHECK(*unpacked == events);
}

std::string error_of(std::string_view packed) {
  auto unpacked = unpack_events(41, packed);
  return unpacked ? "no error" : unpacked.error();
}

std::string row_of(const std::string& events) { return R"({"build":"b","at":1,"events":[)" + events + "]}"; }

}  // namespace

LAW("every kind of event survives, with every member and every payload") {
  for (int kind = 0; kind <= static_cast<int>(event_kind::orchestration_rewound); ++kind)
    for (const auto& payload : payloads)
      if (static_cast<event_kind>(kind) != event_kind::random_recorded)  // always a number
        expect_round_trip({with_everything(static_cast<event_kind>(kind), payload)});
  history_event number = with_everything(event_kind::random_recorded, "x");
  number.data = "18446744073709551615";
  expect_round_trip({number});
}

LAW("members that are not there stay away, and members that are empty stay empty") {
  expect_round_trip({parse_event("1 started it"), parse_event("2 status"), parse_event("3 raised note"),
                     parse_event("4 activity a")});
  history_event empty = parse_event("2 status");
  empty.text = "";
  expect_round_trip({empty});
}

LAW("events of a turn get ids from the first on, and the time and build of the turn") {
  history_event events[] = {parse_event("1 activity a 1"), parse_event("1 timer @5")};
  auto unpacked = unpack_events(12, pack_events("b", moment, events));
  REQUIRE(unpacked);
  CHECK((*unpacked)[0].id == 12);
  CHECK((*unpacked)[1].id == 13);
  CHECK((*unpacked)[1].recorded_at == moment);
  CHECK((*unpacked)[1].build == "b");
  CHECK(unpack_events(1, pack_events("b", moment, {}))->empty());
}

LAW("a row is read by people: names are words, payloads are text, what is not text is base64") {
  history_event events[] = {parse_event("1 activity reserve {'id':7}"), parse_event("2 message q x")};
  events[1].data = "\xff";
  CHECK(pack_events("b", timestamp(duration(5)), events) ==
        R"({"build":"b","at":5,"events":[{"kind":"activity_scheduled","name":"reserve","data":"{\"id\":7}"},)"
        R"({"kind":"queue_message","name":"q","data":{"base64":"/w=="}}]})");
}

LAW("whether a failure is worth trying again is written only if it is not") {
  history_event failed = parse_event("1 failed 2 no");
  const std::string plain = pack_events("b", moment, std::vector{failed});
  CHECK(plain.find("retryable") == plain.npos);
  CHECK(unpack_events(1, plain)->at(0).error->retryable);
  failed.error->retryable = false;
  const std::string final_one = pack_events("b", moment, std::vector{failed});
  CHECK_THAT(final_one, Contains(R"("retryable":false)"));
  CHECK_FALSE(unpack_events(1, final_one)->at(0).error->retryable);
}

LAW("the type and the stack of a failure are written only if there are any, and rows without them have "
    "none") {
  history_event failed = parse_event("1 failed 2 no");
  const std::string plain = pack_events("b", timestamp(duration(5)), std::vector{failed});
  CHECK(plain == R"({"build":"b","at":5,"events":[{"kind":"activity_failed","source":2,)"
                 R"("error":{"category":"application","kind":"activity_failed","message":"no"}}]})");
  CHECK(unpack_events(1, plain)->at(0).error == failed.error);
  failed.error->type = "ValueError";
  failed.error->stack = "line 7\n\xff";
  const std::string typed = pack_events("b", moment, std::vector{failed});
  CHECK_THAT(typed, Contains(R"("message":"no","type":"ValueError","stack":{"base64":)"));
  CHECK(unpack_events(1, typed)->at(0).error == failed.error);
}

LAW("every truncation of a row is an error that names an event") {
  std::vector<history_event> events;
  for (int kind = 0; kind <= static_cast<int>(event_kind::orchestration_rewound); ++kind)
    events.push_back(with_everything(static_cast<event_kind>(kind), "p\xff"));
  std::string packed = pack_events("b", moment, events);
  for (std::size_t length = 0; length < packed.size(); ++length) {
    std::string found = error_of(std::string_view(packed).substr(0, length));
    if (found == "event 41 cannot be read: incomplete JSON") continue;
    FAIL("cut at " << length << ": " << found);
  }
}

LAW("no damage to a byte makes the reader crash") {
  std::vector<history_event> events{parse_event("1 started it parent=a/1/2 carried=q:1 {'id':7}"),
                                    parse_event("2 child part id=c 1"), parse_event("3 failed 2 no")};
  events[0].data += '\xff';
  const std::string packed = pack_events("b", moment, events);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < packed.size(); ++i)
    for (char damage : {'\0', '"', '}', '0', '\x80', 'x', '-'}) {
      std::string damaged = packed;
      damaged[i] = damage;
      if (!unpack_events(1, damaged)) ++refused;
    }
  CHECK(refused > packed.size());
}

LAW("an unknown kind is refused, and the error says which event and which kind") {
  std::string found = error_of(row_of(R"({"kind":"timer_created","due":1},{"kind":"kv_sent","name":"k"})"));
  CHECK_THAT(found, Contains("event 42 cannot be read") && Contains("'kv_sent'"));
}

LAW("a member of the wrong type is refused") {
  for (const char* event :
       {R"(7)", R"([])", R"({})", R"({"kind":7})", R"({"kind":"timer_created","due":"soon"})",
        R"({"kind":"timer_created","due":1.5})", R"({"kind":"activity_scheduled","name":7})",
        R"({"kind":"activity_scheduled","name":"a","data":{"base64":"x"}})",
        R"({"kind":"activity_scheduled","name":"a","data":{"base32":"x"}})",
        R"({"kind":"activity_completed","source":-1})", R"({"kind":"activity_completed","source":"1"})",
        R"({"kind":"activity_failed","source":1,"error":"no"})",
        R"({"kind":"orchestration_started","name":"a","parent":{"instance":"p"}})",
        R"({"kind":"orchestration_started","name":"a","carried":[1]})"})
    CHECK_THAT(error_of(row_of(event)), Contains("event 41 cannot be read: "));
}

LAW("what a kind cannot do without is required") {
  for (const char* event : {R"({"kind":"orchestration_started"})",
                            R"({"kind":"orchestration_failed"})",
                            R"({"kind":"activity_scheduled"})",
                            R"({"kind":"activity_completed","data":"1"})",
                            R"({"kind":"activity_failed","source":2})",
                            R"({"kind":"timer_created"})",
                            R"({"kind":"timer_fired"})",
                            R"({"kind":"external_subscribed"})",
                            R"({"kind":"external_raised","data":"1"})",
                            R"({"kind":"queue_subscribed"})",
                            R"({"kind":"queue_message","data":"1"})",
                            R"({"kind":"sub_orchestration_scheduled","name":"a"})",
                            R"({"kind":"sub_orchestration_completed"})",
                            R"({"kind":"sub_orchestration_failed","source":2})",
                            R"({"kind":"orchestration_detached","name":"a"})",
                            R"({"kind":"utc_now_recorded"})",
                            R"({"kind":"guid_recorded"})",
                            R"({"kind":"random_recorded"})",
                            R"({"kind":"operation_dropped"})",
                            R"({"kind":"orchestration_rewound"})"})
    CHECK_THAT(error_of(row_of(event)), Contains("event 41 cannot be read: "));
}

LAW("an attempt is counted from 1, and one of 0 is refused") {
  const auto row = [](const std::string& attempt) {
    return row_of(R"({"kind":"activity_scheduled","name":"step","retry_of":2,"attempt":)" + attempt + "}");
  };
  CHECK(error_of(row("0")) == "event 41 cannot be read: its 'attempt' is 0; attempts are counted from 1");
  CHECK(unpack_events(41, row("1")).value().at(0).attempt == 1);
  CHECK(unpack_events(41, row("2")).value().at(0).attempt == 2);
}

LAW("a row without build, time or events is refused") {
  for (const char* row :
       {R"({"at":1,"events":[]})", R"({"build":"b","events":[]})", R"({"build":"b","at":1})",
        R"({"build":"b","at":99999999999999999999,"events":[]})", "[]", "7", "", "{}x"})
    CHECK_THAT(error_of(row), Contains("cannot be read: "));
}

LAW("members that a later build has added are passed over") {
  auto unpacked = unpack_events(1, row_of(R"({"kind":"timer_created","due":1,"colour":"red"})"));
  REQUIRE(unpacked);
  CHECK((*unpacked)[0].kind == event_kind::timer_created);
}

LAW("a row nested deeper than any that is written is refused and not followed") {
  CHECK_THAT(error_of(std::string(100'000, '[')), Contains("cannot be read: "));
}

}  // namespace laws_of_history_codec
