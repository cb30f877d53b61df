// Payloads that a build with other structs wrote.
#include "duroxide/payload_rules.hpp"

#include "duroxide/codec.hpp"
#include "tests/support/catch.hpp"

#include <boost/describe.hpp>

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

namespace laws_of_payload_rules {

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

// A build before has written it without `gift`, `pieces` and `tags`, and with `weight`.
struct line {
  std::string article;
  std::optional<std::string> gift;
  int pieces = 1;
  std::vector<std::string> tags{"new"};
  bool operator==(const line&) const = default;
};
BOOST_DESCRIBE_STRUCT(line, (), (article, gift, pieces, tags))

constexpr std::string_view old_line = R"({"article":"tea","weight":{"grams":250}})";
const line line_of_today{"tea", std::nullopt, 1, {"new"}};

struct nested {
  line one;
  bool operator==(const nested&) const = default;
};
BOOST_DESCRIBE_STRUCT(nested, (), (one))

struct everything {
  std::vector<line> list;
  std::map<std::string, line> by_name;
  std::optional<line> perhaps;
  std::variant<int, line, std::string> either;
  std::tuple<int, line> both;
  std::array<line, 2> two;
  std::map<std::string, std::vector<std::optional<nested>>> deep;
  bool operator==(const everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(everything, (), (list, by_name, perhaps, either, both, two, deep))

// Members of bases are members.
struct dated {
  std::string day;
  int hour = 12;
};
BOOST_DESCRIBE_STRUCT(dated, (), (day, hour))
struct delivery : dated {
  std::string street;
  std::string city = "Berlin";
};
BOOST_DESCRIBE_STRUCT(delivery, (dated), (street, city))

struct transfer {
  std::string account;
  long cents = 0;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(transfer, (), (account, cents, reason))

struct sealed {
  int a = 0;
  std::optional<int> b;
};
BOOST_DESCRIBE_STRUCT(sealed, (), (a, b))
struct sealed_base : sealed {
  int c = 0;
};
BOOST_DESCRIBE_STRUCT(sealed_base, (sealed), (c))
struct of_known_members {
  int a = 5;
};
BOOST_DESCRIBE_STRUCT(of_known_members, (), (a))

struct parcel {
  std::vector<sealed> parts;
  std::variant<int, transfer> sent_by;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (parts, sent_by))

struct circle {
  int radius = 1;
};
BOOST_DESCRIBE_STRUCT(circle, (), (radius))
struct ring {
  int radius = 1;
  int hole = 0;
  std::string note = "none";
};
BOOST_DESCRIBE_STRUCT(ring, (), (radius, hole, note))
struct square {
  int side = 1;
};
BOOST_DESCRIBE_STRUCT(square, (), (side))

// Alternatives that contain one another, and of which one has all members of the other.
struct node;
struct wide_node;
using nodes = std::vector<std::variant<node, wide_node>>;
struct node {
  int weight = 1;
  nodes below;
};
BOOST_DESCRIBE_STRUCT(node, (), (weight, below))
struct wide_node {
  int weight = 1;
  int width = 1;
  nodes below;
};
BOOST_DESCRIBE_STRUCT(wide_node, (), (weight, width, below))

// Read and written by its own code, and not by default.
struct money {
  explicit money(long amount) : cents(amount) {}
  long cents;
  bool operator==(const money&) const = default;
};
void tag_invoke(boost::json::value_from_tag, boost::json::value& written, const money& amount) {
  written = amount.cents;
}
money tag_invoke(boost::json::value_to_tag<money>, const boost::json::value& stored) {
  if (!stored.is_int64()) throw std::invalid_argument("money is counted in cents");
  return money(stored.as_int64());
}

}  // namespace laws_of_payload_rules

template <> struct boost::json::is_described_class<laws_of_payload_rules::delivery> : std::true_type {};
template <> struct boost::json::is_described_class<laws_of_payload_rules::sealed_base> : std::true_type {};

template <>
inline constexpr duroxide::member_list<&laws_of_payload_rules::dated::day>
    duroxide::required_members<laws_of_payload_rules::dated>{};
template <>
inline constexpr duroxide::member_list<&laws_of_payload_rules::transfer::account,
                                       &laws_of_payload_rules::transfer::reason>
    duroxide::required_members<laws_of_payload_rules::transfer>{};
template <>
inline constexpr duroxide::payload_rules duroxide::payload_rules_of<laws_of_payload_rules::sealed> =
    duroxide::exact_payload;
template <>
inline constexpr duroxide::payload_rules duroxide::payload_rules_of<laws_of_payload_rules::of_known_members>{
    .unknown = duroxide::unknown_members::refused};

namespace laws_of_payload_rules {

using namespace duroxide;

namespace {

template <class T> T read(std::string_view text) { return codec<T>::decode("it", text); }

// Where `text` does not fit, and why.
template <class T> std::string refusal(std::string_view text) {
  try {
    (void)read<T>(text);
  } catch (const configuration_error& e) {
    CHECK(e.kind() == error_kind::invalid_payload);
    const std::string why = e.what();
    const std::string_view begin = "it has the wrong type";
    CHECK(why.starts_with(begin));
    return why.substr(begin.size(), why.find("): '") + 1 - begin.size());
  }
  return "accepted";
}

// What today's code writes for `text`.
template <class T> std::string today(std::string_view text) { return detail::rewriter_of<T>()("it", text); }

template <class T> bool comes_back(const T& value) {
  const std::string text = codec<T>::encode(value);
  return read<T>(text) == value && today<T>(text) == text;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t place = text.find(what); place != text.npos; place = text.find(what, place + with.size()))
    text.replace(place, what.size(), with);
  return text;
}

}  // namespace

LAW("a struct is read from payloads with fewer members and with more, and what is absent has its default") {
  CHECK(read<line>(old_line) == line_of_today);
  CHECK(today<line>(old_line) == R"({"article":"tea","gift":null,"pieces":1,"tags":["new"]})");
  CHECK(read<line>("{}") == line{});
}

LAW("a struct is read in the same way wherever it is in a payload") {
  everything all;
  all.list = {line_of_today, line_of_today};
  all.by_name["a/b"] = line_of_today;
  all.perhaps = line_of_today;
  all.either = line_of_today;
  std::get<line>(all.both) = line_of_today;
  all.two = {line_of_today, line_of_today};
  all.deep["x"] = {std::nullopt, nested{line_of_today}};
  CHECK(comes_back(all));
  const std::string text = codec<everything>::encode(all);
  const std::string old = replaced(text, codec<line>::encode(line_of_today), old_line);
  REQUIRE(old != text);
  CHECK(read<everything>(old) == all);
  CHECK(today<everything>(old) == text);

  const std::string wrong = replaced(text, R"("pieces":1)", R"("pieces":"one")");
  CHECK(refusal<everything>(wrong) == " at /list/0/pieces (expected a number, got a string)");
  const std::string deep = R"({"deep":{"x":[null,{"one":{"tags":["a",2]}}]}})";
  CHECK(refusal<everything>(deep) == " at /deep/x/1/one/tags/1 (expected a string, got a number)");
  CHECK(refusal<everything>(R"({"by_name":{"a/b~":7}})") ==
        " at /by_name/a~1b~0 (expected an object, got a number)");
}

LAW("members of described bases are read as the struct's own") {
  const auto read_today = read<delivery>(R"({"day":"Monday","street":"Main","floor":3})");
  CHECK(read_today.hour == 12);
  CHECK(read_today.city == "Berlin");
  CHECK(refusal<delivery>(R"({"street":"Main"})") == " at /day (it is missing)");
  CHECK(refusal<std::vector<delivery>>(R"([{"day":"Monday","hour":true}])") ==
        " at /0/hour (expected a number, got a boolean)");
}

LAW("a member that is required may not be missing, also if it is an optional, and is named") {
  CHECK(read<transfer>(R"({"account":"a","reason":null,"old":1})").cents == 0);
  CHECK(refusal<transfer>(R"({"cents":1,"reason":"gift"})") == " at /account (it is missing)");
  CHECK(refusal<transfer>(R"({"account":"a","cents":1})") == " at /reason (it is missing)");
}

LAW("an exact struct is read only from its own members, of which an optional may be missing") {
  CHECK(read<sealed>(R"({"a":1,"b":2})").b == 2);
  CHECK(read<sealed>(R"({"a":1})").a == 1);
  CHECK(refusal<sealed>(R"({"b":1})") == " at /a (it is missing)");
  CHECK(refusal<sealed>(R"({"a":1,"b":2,"colour":"red"})") == " at /colour (it is not expected)");
  CHECK(refusal<parcel>(R"({"parts":[{"a":1},{"a":1,"x/y":2}]})") ==
        " at /parts/1/x~1y (it is not expected)");
  CHECK(refusal<sealed_base>(R"({"c":1})") == " at /a (it is missing)");
  CHECK(refusal<sealed_base>(R"({"a":1,"c":1,"d":1})") == " at /d (it is not expected)");
  CHECK(read<sealed_base>(R"({"a":1})").c == 0);
  CHECK(read<of_known_members>("{}").a == 5);
  CHECK(refusal<of_known_members>(R"({"b":1})") == " at /b (it is not expected)");
}

LAW("an alternative of a variant that fits exactly is taken before one that lacks members or has others") {
  using shape = std::variant<circle, ring>;
  CHECK(read<shape>(R"({"radius":2})").index() == 0);
  CHECK(read<shape>(R"({"radius":2,"hole":1,"note":"x"})").index() == 1);
  // As a ring it lacks one member, and as a circle it would lose one.
  CHECK(std::get<ring>(read<shape>(R"({"radius":2,"hole":1})")).note == "none");
  CHECK(read<shape>(R"({"radius":2,"hole":1,"note":"x","old":1})").index() == 1);
  CHECK(read<std::variant<std::string, std::vector<circle>, circle>>(R"([{}])").index() == 1);
}

LAW("a variant of which two alternatives differ alike is refused, and one that none fits leads to the "
    "nearest") {
  CHECK(refusal<std::variant<circle, square>>("{}") == " (it fits two alternatives alike)");
  CHECK(refusal<std::variant<circle, std::string>>("7") == " (it fits no alternative)");
  CHECK(refusal<std::vector<std::variant<std::string, circle>>>(R"([{"radius":"two"}])") ==
        " at /0/radius (expected a number, got a string)");
  CHECK(refusal<parcel>(R"({"sent_by":{"account":"a"}})") == " at /sent_by/reason (it is missing)");
}

LAW("alternatives that contain one another are read in no more than square time") {
  for (const std::string_view innermost :
       {R"({"weight":1,"width":2,"below":[]})", R"({"weight":1,"width":2,"old":3})"}) {
    for (const std::string_view around :
         {R"({"weight":1,"width":2,"below":[)", R"({"width":2,"old":3,"below":[)"}) {
      std::string text(innermost);
      constexpr int levels = 100;
      for (int i = 0; i < levels; ++i) text = std::string(around) + text + "]}";
      int depth = 0;
      const auto all = read<nodes>("[" + text + "]");
      for (const nodes* each = &all; !each->empty(); ++depth)
        each = &std::get<wide_node>(each->front()).below;
      CHECK(depth == levels + 1);
    }
  }
}

LAW("what does not fit is told by what was expected and what there is") {
  CHECK(refusal<std::int8_t>("300") == " (expected a whole number from -128 to 127, got 300)");
  CHECK(refusal<std::uint8_t>("-1") == " (expected a whole number from 0 to 255, got -1)");
  CHECK(refusal<bool>("1") == " (expected a boolean, got a number)");
  CHECK(refusal<double>("null") == " (expected a number, got null)");
  CHECK(refusal<std::string>("[]") == " (expected a string, got an array)");
  CHECK(refusal<circle>("[]") == " (expected an object, got an array)");
  CHECK(refusal<std::vector<int>>("{}") == " (expected an array, got an object)");
  CHECK(refusal<std::tuple<int, int>>("[1]") == " (expected an array of 2, got one of 1)");
  CHECK(refusal<std::array<int, 2>>("[1,2,3]") == " (expected an array of 2, got one of 3)");
  CHECK(refusal<colour>("7") == " (expected a string, got a number)");
  CHECK(refusal<colour>("\"blue\"") == " (it is none of the names that it may be)");
  CHECK(refusal<std::nullptr_t>("7") == " (expected null, got a number)");
  CHECK(refusal<std::vector<money>>("[1,\"two\"]") == " at /1 (money is counted in cents)");
}

LAW("what Boost.JSON reads is read, with and without structs in it") {
  CHECK(comes_back(std::list<int>{1, 2}));
  CHECK(comes_back(std::set<std::string>{"a", "b"}));
  CHECK(comes_back(std::vector<bool>{true, false}));
  CHECK(comes_back(std::multimap<std::string, int>{{"a", 1}, {"a", 2}}));
  CHECK(comes_back(std::unordered_map<std::string, std::array<int, 2>>{{"a", {1, 2}}}));
  CHECK(comes_back(std::pair<std::string, money>{"a", money(7)}));
  CHECK(comes_back(std::vector<money>{money(1), money(2)}));
  CHECK(comes_back(std::optional<std::vector<std::optional<int>>>{{1, std::nullopt}}));
  CHECK(comes_back(std::variant<std::monostate, int, colour>{colour::green}));
  CHECK(comes_back(std::tuple<float, char, std::uint64_t>{0.5F, 'x', UINT64_MAX}));
  CHECK(comes_back(boost::json::value{{"a", {1, nullptr}}}));
  CHECK(comes_back(boost::json::array{1, "b"}));
  CHECK(comes_back(boost::json::string("text")));
}

LAW("only what has a type can be written as today's code writes it") {
  CHECK(detail::rewriter_of<json_text>() == nullptr);
  CHECK(detail::rewriter_of<std::monostate>() == nullptr);
  CHECK(detail::rewriter_of<std::span<const int>>() == nullptr);
  CHECK(today<std::vector<std::string_view>>(R"([ "a" ])") == R"(["a"])");
  CHECK(today<double>("1") == today<double>("1.0"));
  CHECK_THROWS_AS(today<transfer>("{}"), configuration_error);
  CHECK_THROWS_AS(today<int>("no JSON"), configuration_error);
}

}  // namespace laws_of_payload_rules
