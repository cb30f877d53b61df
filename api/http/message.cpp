#include "api/http/message.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace duroxide::http {

namespace {

struct status_phrase {
  unsigned status;
  std::string_view phrase;
};

constexpr std::array phrases{
    status_phrase{200, "OK"},
    status_phrase{201, "Created"},
    status_phrase{202, "Accepted"},
    status_phrase{204, "No Content"},
    status_phrase{400, "Bad Request"},
    status_phrase{401, "Unauthorized"},
    status_phrase{403, "Forbidden"},
    status_phrase{404, "Not Found"},
    status_phrase{405, "Method Not Allowed"},
    status_phrase{408, "Request Timeout"},
    status_phrase{409, "Conflict"},
    status_phrase{413, "Content Too Large"},
    status_phrase{415, "Unsupported Media Type"},
    status_phrase{421, "Misdirected Request"},
    status_phrase{422, "Unprocessable Content"},
    status_phrase{431, "Request Header Fields Too Large"},
    status_phrase{500, "Internal Server Error"},
    status_phrase{503, "Service Unavailable"},
    status_phrase{504, "Gateway Timeout"},
};

std::string two_digits(unsigned number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

// "Mon, 30 Nov 2026 15:24:30 GMT", in every locale.
std::string date_text(std::chrono::sys_seconds time) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return std::string(days[std::chrono::weekday(day).c_encoding()]) + ", " + two_digits(unsigned(date.day())) +
         " " + std::string(months[unsigned(date.month()) - 1]) + " " + std::to_string(int(date.year())) +
         " " + two_digits(static_cast<unsigned>(clock.hours().count())) + ":" +
         two_digits(static_cast<unsigned>(clock.minutes().count())) + ":" +
         two_digits(static_cast<unsigned>(clock.seconds().count())) + " GMT";
}

void add_header(std::string& to, std::string_view name, std::string_view value) {
  to.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string phrase_of(unsigned status) {
  const auto found = std::ranges::find(phrases, status, &status_phrase::status);
  return found == phrases.end() ? "Unknown" : std::string(found->phrase);
}

std::string wire_text(const response& what, bool has_body, bool keeps_connection) {
  std::string text = "HTTP/1.1 " + std::to_string(what.status) + " " + phrase_of(what.status) + "\r\n";
  add_header(text, "Date",
             date_text(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())));
  if (what.status != 204) {
    add_header(text, "Content-Type", what.type);
    add_header(text, "Content-Length", std::to_string(what.body.size()));
  }
  // Answers have what is in a store: they are for whoever asked, and are no pages.
  add_header(text, "Cache-Control", "no-store");
  add_header(text, "X-Content-Type-Options", "nosniff");
  add_header(text, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  for (const auto& [name, value] : what.headers) add_header(text, name, value);
  if (!keeps_connection) add_header(text, "Connection", "close");
  text += "\r\n";
  if (has_body) text += what.body;
  return text;
}

}  // namespace duroxide::http
