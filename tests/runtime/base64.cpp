#include "runtime/base64.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_base64 {

using duroxide::internal::from_base64;
using duroxide::internal::to_base64;

LAW("base64 is that of RFC 4648") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
}

LAW("all bytes, in any number, survive base64") {
  std::string bytes;
  for (int length = 0; length < 600; ++length) {
    CHECK(from_base64(to_base64(bytes)) == bytes);
    bytes += static_cast<char>(length * 7);
  }
}

LAW("what is not base64 is refused") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg==Zg==", "=", "====", "Z===", "Zg=A", "Z=g=", "Zm9-", "Zm9_",
                           "Zm 9", "Zm9v\n", "Zm9\x80"})
    CHECK_FALSE(from_base64(text));
  CHECK_FALSE(from_base64(std::string("Zm\0v", 4)));
}

LAW("bits behind the end must be zero, so that a payload has one form") {
  CHECK_FALSE(from_base64("Zh=="));
  CHECK_FALSE(from_base64("Zm9="));
}

}  // namespace laws_of_base64
