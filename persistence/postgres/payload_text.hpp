// Payloads as PostgreSQL's text: the text itself, so that people can read it. What PostgreSQL cannot keep as
// text (U+0000, bytes that are not UTF-8) becomes "\x" and hexadecimal digits, and so does a text that begins
// with "\x" itself.
#pragma once

#include <string>
#include <string_view>

namespace duroxide::persistence::postgres {

bool is_text_as_it_is(std::string_view bytes) noexcept;
std::string to_text(std::string_view bytes);
// The inverse. What no payload_text has written is given as it is.
std::string from_text(std::string_view text);

}  // namespace duroxide::persistence::postgres
