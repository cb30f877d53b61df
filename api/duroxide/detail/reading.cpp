#include "duroxide/detail/reading.hpp"

#include <boost/json/serialize.hpp>

namespace duroxide::detail {

namespace {

std::string_view kind_of(const boost::json::value& value) {
  switch (value.kind()) {
  case boost::json::kind::null: return "null";
  case boost::json::kind::bool_: return "a boolean";
  case boost::json::kind::string: return "a string";
  case boost::json::kind::array: return "an array";
  case boost::json::kind::object: return "an object";
  case boost::json::kind::int64:
  case boost::json::kind::uint64:
  case boost::json::kind::double_: break;
  }
  return "a number";
}

}  // namespace

void reading::lead_to(std::string_view step) const {
  if (!explained) return;
  std::string place = "/";
  for (const char each : step) {
    if (each == '~')
      place += "~0";
    else if (each == '/')
      place += "~1";
    else
      place += each;
  }
  explained->place.insert(0, place);
}

std::string expected(std::string_view what, const boost::json::value& found) {
  return "expected " + std::string(what) + ", got " + std::string(kind_of(found));
}

std::string expected_between(std::string_view lowest, std::string_view highest,
                             const boost::json::value& found) {
  return "expected a whole number from " + std::string(lowest) + " to " + std::string(highest) + ", got " +
         boost::json::serialize(found);
}

}  // namespace duroxide::detail
