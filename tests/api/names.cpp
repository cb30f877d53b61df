#include "duroxide/names.hpp"

#include "duroxide/contracts.hpp"
#include "duroxide/errors.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_names {

using namespace duroxide;
using Catch::Contains;

namespace {

// Why an id is refused, or nothing.
std::string refusal(std::string_view id,
                    void (*require)(std::string_view, std::string_view) = require_valid_id) {
  try {
    require("instance id", id);
  } catch (const configuration_error& e) {
    CHECK(e.kind() == error_kind::invalid_argument);
    return e.what();
  }
  return {};
}

}  // namespace

LAW("an id is 1 to 256 bytes of UTF-8 without control characters") {
  for (const char* id :
       {"a", "order 7", "p::sub::2", "a/b?c=d", "gr\xc3\xbc\xc3\x9f", "'; DROP TABLE", "\xf0\x9f\x98\x80"})
    CHECK(refusal(id) == "");
  CHECK(refusal(std::string(256, 'x')) == "");
}

LAW("an id that is refused says what is wrong with it") {
  CHECK(refusal("") == "instance id is empty; give it 1 to 256 bytes");
  CHECK(refusal(std::string(257, 'x')) == "instance id has 257 bytes; the limit is 256");
  CHECK_THAT(refusal("a\nb"), Contains("control character at byte 1"));
  CHECK_THAT(refusal(std::string("ab\0", 3)), Contains("control character at byte 2"));
  CHECK_THAT(refusal("\x7f"), Contains("control character at byte 0"));
  CHECK_THAT(refusal("\xff"), Contains("not valid UTF-8"));
  CHECK_THAT(refusal("a\xc3"), Contains("not valid UTF-8"));
}

LAW("the id of an instance that exists may be as long as builds before made them") {
  const std::string longest(256, 'p');
  const auto stored = [](const std::string& id) { return refusal(id, require_stored_id); };
  for (const std::string id : {"p", "p::sub::2"}) CHECK(stored(id) == "");
  CHECK(stored(longest + "::sub::2") == "");
  CHECK(stored(longest + "::sub::2::sub::3::4::sub::12345678901") == "");
  std::string deep = longest;
  for (int i = 0; i < 1000; ++i) deep += "::sub::2";
  CHECK(stored(deep) == "");
  CHECK(refusal(deep) == "instance id has 8256 bytes; the limit is 256");

  CHECK_THAT(stored(""), Contains("is empty"));
  CHECK_THAT(stored(longest + "p::sub::2"), Contains("has 257 bytes"));
  CHECK_THAT(stored(longest + "::sub::two"), Contains("the limit is 256"));
  CHECK_THAT(stored(longest + "::sub::"), Contains("the limit is 256"));
  CHECK_THAT(stored("a\n" + longest.substr(2) + "::sub::2"), Contains("control character at byte 1"));
}

LAW("the begin of an id may have any length") {
  const auto prefix = [](const std::string& text) { return refusal(text, require_id_prefix); };
  CHECK(prefix("p") == "");
  CHECK(prefix(std::string(1000, 'p')) == "");
  CHECK_THAT(prefix(""), Contains("is empty"));
  CHECK_THAT(prefix(std::string(1000, 'p') + "\t"), Contains("control character at byte 1000"));
  CHECK_THAT(prefix("a\xc3"), Contains("not valid UTF-8"));
}

LAW("a durable name is checked when it is compiled") {
  constexpr activity<int(int)> longest{"0123456789012345678901234567890123456789012345678901234567890123"
                                       "0123456789012345678901234567890123456789012345678901234567890123"};
  constexpr orchestration<void()> all_characters{"aZ09_-.:/"};
  static_assert(longest.name().size() == 128);
  static_assert(all_characters.name() == "aZ09_-.:/");
}

}  // namespace laws_of_names
