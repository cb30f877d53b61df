#include "duroxide/codec.hpp"

#include "duroxide/limits.hpp"
#include "tests/support/catch.hpp"

#include <boost/describe.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <tuple>
#include <vector>

using namespace duroxide;
using Catch::Contains;

namespace shop {

struct item {
  std::string sku;
  int count = 0;
  bool operator==(const item&) const = default;
};
BOOST_DESCRIBE_STRUCT(item, (), (sku, count))

struct order {
  std::uint64_t id = 0;
  std::vector<item> items;
  std::optional<std::string> note;
  std::map<std::string, double> prices;
  bool operator==(const order&) const = default;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, items, note, prices))

enum class state { open, closed };

struct box {
  std::vector<box> inside;
};
BOOST_DESCRIBE_STRUCT(box, (), (inside))

box box_in_boxes(int levels) {
  box all;
  for (int i = 0; i < levels; ++i) {
    box around;
    around.inside.push_back(std::move(all));
    all = std::move(around);
  }
  return all;
}

// One by one: so many destructors inside of one another would be too much for the stack.
void unpack(box all) {
  while (!all.inside.empty()) {
    std::vector<box> next = std::move(all.inside);
    all = std::move(next.front());
  }
}

struct wordless : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

struct speechless {};
speechless tag_invoke(boost::json::value_to_tag<speechless>, const boost::json::value&) { throw wordless(); }

}  // namespace shop

namespace {

template <class T> std::string trip(const T& value) {
  std::string text = codec<T>::encode(value);
  CHECK(codec<T>::decode("it", text) == value);
  return text;
}

// Why `text` is no T.
template <class T> std::string refusal(std::string_view text) {
  try {
    codec<T>::decode("the input of 'it'", text);
  } catch (const configuration_error& e) {
    CHECK(e.kind() == error_kind::invalid_payload);
    return e.what();
  }
  return "accepted";
}

// Why `value` is no JSON.
template <class T> std::string unwritable(const T& value) {
  try {
    return "written: " + codec<T>::encode(value);
  } catch (const configuration_error& e) {
    CHECK(e.kind() == error_kind::invalid_payload);
    return e.what();
  }
}

// What is said of a value that is too deep to be written.
template <class T> std::string too_deep(const T& value) {
  try {
    return "written: " + codec<T>::encode(value);
  } catch (const limit_error& e) {
    CHECK(e.kind() == error_kind::limit_exceeded);
    CHECK_FALSE(e.details().retryable);
    return e.what();
  }
}

}  // namespace

LAW("values travel as JSON") {
  CHECK(trip(7) == "7");
  CHECK(trip(true) == "true");
  CHECK(trip(std::string("a \"b\"\n")) == R"("a \"b\"\n")");
  CHECK(trip(std::vector<int>{1, 2}) == "[1,2]");
  CHECK(trip(std::vector<int>{}) == "[]");
  CHECK(trip(std::map<std::string, int>{{"a", 1}, {"b", 2}}) == R"({"a":1,"b":2})");
  CHECK(trip(std::optional<int>{}) == "null");
  CHECK(trip(std::optional<int>{3}) == "3");
  CHECK(trip(std::tuple<int, std::string>{1, "x"}) == R"([1,"x"])");
  CHECK(trip(std::monostate{}) == "null");
}

LAW("numbers keep their value to the last bit") {
  trip(std::numeric_limits<std::uint64_t>::max());
  trip(std::numeric_limits<std::int64_t>::min());
  trip(0.1);
  trip(1e300);
  trip(std::numeric_limits<double>::denorm_min());
}

LAW("any double is read back as it was written, also as part of something") {
  std::mt19937_64 bits(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::bit_cast<double>(bits());
    if (!std::isfinite(number)) continue;
    const std::map<std::string, double> prices{{"a", number}, {"b", std::ldexp(number, -40)}};
    const auto text = codec<std::map<std::string, double>>::encode(prices);
    REQUIRE(codec<std::map<std::string, double>>::decode("prices", text) == prices);
  }
  CHECK(codec<double>::decode("a number", "-1.25222222222222222222222222222222222222222") ==
        -1.2522222222222221);
  CHECK(codec<double>::decode("a number", "1e-400") == 0);
}

LAW("a number that JSON or a double cannot hold is refused, with its place") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THAT(unwritable(infinity), Contains("at its root: infinity"));
  CHECK_THAT(unwritable(shop::order{1, {{"a", 1}}, {}, {{"b", 1.5}, {"c", nan}}}),
             Contains("at /prices/c: NaN"));
  CHECK_THAT(unwritable(std::vector<double>{0, -infinity}), Contains("at /1: -infinity"));
  trip(std::string("Infinity and NaN"));

  CHECK_THAT(refusal<double>("1e400"), Contains("exponent overflow"));
  CHECK_THAT(refusal<std::vector<double>>("[1,-1.8e308]"), Contains("exponent overflow"));
}

LAW("described structs travel with the names of their members") {
  shop::order order{18446744073709551615ULL, {{"a", 1}, {"b", 2}}, "fragile", {{"a", 1.5}}};
  CHECK(trip(order) == R"({"id":18446744073709551615,"items":[{"sku":"a","count":1},{"sku":"b","count":2}],)"
                       R"("note":"fragile","prices":{"a":1.5E0}})");
  order.note.reset();
  trip(order);
}

LAW("any bytes travel in a string, NUL and what is not UTF-8 included") {
  trip(std::string("a\0b", 3));
  trip(std::string("\xff\xfe half \xc3"));
  trip(std::string("\x01\x1f\x7f"));
}

LAW("JSON text is not touched, whatever is in it") {
  for (std::string text :
       {std::string("{\"a\" : 1 }"), std::string("not JSON"), std::string(), std::string("\0\xff", 2)}) {
    CHECK(codec<json_text>::encode(json_text(text)) == text);
    CHECK(codec<json_text>::decode("it", text).text() == text);
  }
  CHECK(json_text().text() == "null");
}

LAW("the place of what does not fit is told, as a JSON pointer") {
  auto place = [](const std::string& why) {
    std::size_t start = why.find(" at /");
    return start == why.npos ? std::string("none") : why.substr(start + 4, why.find(" (", start) - start - 4);
  };
  const std::string rest = R"("note":null,"prices":{}})";
  CHECK(place(refusal<shop::order>(R"({"id":"x","items":[],)" + rest)) == "/id");
  CHECK(place(refusal<shop::order>(R"({"id":1,"items":[{"sku":"a","count":1},{"sku":"b","count":"two"}],)" +
                                   rest)) == "/items/1/count");
  CHECK(place(refusal<shop::order>(R"({"id":1,"items":{},)" + rest)) == "/items");
  CHECK(place(refusal<shop::order>(R"({"id":1,"items":[],"note":7,"prices":{}})")) == "/note");
  CHECK(place(refusal<shop::order>(R"({"id":1,"items":[],"note":null,"prices":{"ham":"dear"}})")) ==
        "/prices/ham");
  CHECK(place(refusal<std::tuple<int, std::string>>("[1,2]")) == "/1");
  CHECK(place(refusal<std::vector<int>>("[1,2,null]")) == "/2");
  CHECK(place(refusal<int>("\"seven\"")) == "none");
}

LAW("a payload of the wrong type is refused, and what and why are told") {
  CHECK(refusal<int>("\"seven\"") ==
        "the input of 'it' has the wrong type (expected a number, got a string): '\"seven\"'");
  for (const char* text : {"3.5", "true", "null", "[1]", "{}", "99999999999", "-99999999999"})
    CHECK_THAT(refusal<int>(text), Contains("wrong type"));
  CHECK_THAT(refusal<std::string>("7"), Contains("wrong type"));
  CHECK_THAT(refusal<std::vector<int>>("[1,\"a\"]"), Contains("wrong type"));
  CHECK_THAT((refusal<std::tuple<int, int>>("[1]")), Contains("wrong type"));
  CHECK_THAT(refusal<unsigned>("-1"), Contains("wrong type"));
  CHECK_THAT(refusal<shop::item>(R"({"sku":1,"count":2})"), Contains("wrong type"));
}

LAW("what is not JSON is refused, and the byte is told at which that shows") {
  CHECK_THAT(refusal<int>("[1, 2,, 3]"),
             Contains("the input of 'it' is not JSON: ") && Contains(" at byte 6 of '[1, 2,, 3]'"));
  CHECK_THAT(refusal<int>("{\"a\": 1"), Contains(" at byte 7 of "));
  CHECK_THAT(refusal<int>(""), Contains(" at byte 0 of ''"));
  CHECK_THAT(refusal<int>("7 8"), Contains(" at byte 2 of "));
  CHECK_THAT(refusal<int>("seven"), Contains("is not JSON"));
  CHECK_THAT(refusal<std::string>("\"\\x\""), Contains("is not JSON"));
}

LAW("a long payload is cut in the message") {
  std::string text = refusal<int>("\"" + std::string(1000, 'x') + "\"");
  CHECK_THAT(text, Contains("xxx...'"));
  CHECK(text.size() < 300);
}

LAW("what is written is never too deep to be read: one limit holds on both sides") {
  constexpr auto deepest = static_cast<int>(limits::payload_depth);
  const std::string text = codec<shop::box>::encode(shop::box_in_boxes(deepest / 2 - 1));
  CHECK(codec<shop::box>::encode(codec<shop::box>::decode("it", text)) == text);
  CHECK_THAT(too_deep(shop::box_in_boxes(deepest / 2)),
             Contains("a payload is nested deeper than 256 arrays and objects (limits::payload_depth), along "
                      "/inside/0/inside/0/") &&
                 Contains("...") && Contains("Make it flatter"));

  for (const std::string open : {"[", "{\"a\\\"[\":", "[ 1 ,\t"}) {
    const std::string close = open.starts_with("{") ? "}" : "]";
    const auto nested = [&](int levels) {
      std::string made;
      for (int i = 0; i < levels; ++i) made += open;
      made += "[]";
      for (int i = 0; i < levels; ++i) made += close;
      return made;
    };
    const std::string fits = nested(deepest - 1);
    CHECK(codec<json_text>::encode(json_text(fits)) == fits);
    CHECK(codec<boost::json::value>::encode(codec<boost::json::value>::decode("it", fits)) != "");
    CHECK_THAT(too_deep(json_text(nested(deepest))), Contains("limits::payload_depth"));
    CHECK_THAT(refusal<boost::json::value>(nested(deepest)), Contains("limits::payload_depth"));
  }
}

LAW("data that is nested a hundred thousand times is refused, and ends no process") {
  shop::box deep = shop::box_in_boxes(100'000);
  CHECK_THAT(too_deep(deep), Contains("limits::payload_depth"));
  shop::unpack(std::move(deep));
  std::string text(1'000'000, '[');
  CHECK_THAT(too_deep(json_text(text + "1" + std::string(text.size(), ']'))),
             Contains("limits::payload_depth"));
}

LAW("text that is no JSON may have any brackets in it") {
  for (const std::string& text : {"=" + std::string(1000, '['), std::string(1000, '[').insert(5, "x"),
                                  "\"" + std::string(1000, '{') + "\"", std::string(300, '{')})
    CHECK(codec<json_text>::encode(json_text(text)) == text);
}

LAW("an exception without a text is told by its type") {
  CHECK_THAT(refusal<shop::speechless>("7"),
             Contains("has the wrong type") && Contains("8wordlessE, whose what() is null"));
}

LAW("nesting is refused where it is deeper than any honest payload") {
  CHECK_THAT(refusal<int>(std::string(100'000, '[')), Contains("is not JSON"));
  std::string deep = std::string(200, '[') + std::string(200, ']');
  CHECK_THAT(refusal<int>(deep), Contains("wrong type"));
}

LAW("a number alone is a payload, blanks around it are allowed") {
  CHECK(codec<int>::decode("it", " 7 ") == 7);
  CHECK(codec<std::monostate>::decode("it", "anything") == std::monostate{});
}
