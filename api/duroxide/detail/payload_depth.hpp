// How deep a payload may be nested: limits::payload_depth.
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace duroxide::detail {

// Whether more arrays and objects are inside one another than may be, as the reader of payloads counts them.
// Text that is no JSON is as deep as it can be read.
bool is_too_deep(std::string_view text);

// The place where a value is too deep, as a JSON pointer (RFC 6901), cut.
std::optional<std::string> too_deep_in(const boost::json::value& value);

// What is said of `what`, e.g. "a payload", that is too deep. `place`: as above, or empty.
std::string too_deep_text(std::string_view what, std::string_view place = {});

// Throws limit_error for a payload that is too deep, unless deep_payloads allows it.
void refuse_too_deep(std::string_view place = {});

// While it lives, its thread may write payloads that are too deep if `allows` says so, which is asked only
// where there is one. For the replay of histories by builds that had no limit where payloads are written.
class deep_payloads {
public:
  using question = bool (*)(const void* asked);
  deep_payloads(question allows, const void* asked) noexcept;
  ~deep_payloads();
  deep_payloads(const deep_payloads&) = delete;
  deep_payloads& operator=(const deep_payloads&) = delete;

  bool allowed() const { return allows_(asked_); }

private:
  question allows_;
  const void* asked_;
  const deep_payloads* before_;
};

}  // namespace duroxide::detail
