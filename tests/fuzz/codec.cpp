// Payloads as users' code gets them: JSON into described structs, and the place of what does not fit.
#include "duroxide/codec.hpp"

#include "tests/fuzz/fuzzing.hpp"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace duroxide::fuzz {

namespace {

struct line_item {
  std::string name;
  std::int32_t count = 0;
  std::optional<double> price;
  bool operator==(const line_item&) const = default;
};
BOOST_DESCRIBE_STRUCT(line_item, (), (name, count, price))

struct order {
  std::uint64_t id = 0;
  bool paid = false;
  std::vector<line_item> items;
  std::map<std::string, std::vector<std::int64_t>> stock;
  std::optional<std::map<std::string, line_item>> extras;
  std::tuple<std::uint8_t, std::string> place;
  bool operator==(const order&) const = default;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, paid, items, stock, extras, place))

template <class T> std::optional<T> read(std::string_view text) {
  try {
    return codec<T>::decode("input", text);
  } catch (const configuration_error& e) {
    law(e.kind() == error_kind::invalid_payload, "what does not fit is an invalid payload");
    law(std::string_view(e.what()).starts_with("input "), "what does not fit is named");
    return std::nullopt;
  }
}

template <class T> void check(std::string_view text) {
  const auto value = read<T>(text);
  if (!value) return;
  const std::string written = codec<T>::encode(*value);
  const auto again = read<T>(written);
  law(again.has_value(), "what was read once can be written and read again");
  law(*again == *value, "a value is read back as it was written");
  law(codec<T>::rewrite("input", text) == written, "what was read is written in one way");
}

}  // namespace

void take(std::string_view input) {
  check<order>(input);
  check<std::int64_t>(input);
  check<std::string>(input);
  law(codec<json_text>::decode("input", input).text() == input, "json_text travels as it is");
}

}  // namespace duroxide::fuzz
