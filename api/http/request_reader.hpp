// From bytes to requests.
#pragma once

#include "duroxide/http.hpp"
#include "api/http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide::http {

// Reads one request after the other.
class request_reader {
public:
  enum class progress : std::uint8_t {
    needs_more,
    wants_to_continue,  // the peer waits for the answer 100 before it sends the body; told once
    is_complete,
    is_wrong,  // see `refusal`; nothing after it can be read
  };

  explicit request_reader(const options& limits);
  ~request_reader();

  // How many bytes may be added now, of those that are not read yet; none if there are too many already.
  std::size_t room() const;
  // REQUIRES: there is room for them.
  void add(std::string_view bytes);

  progress read();
  // Whether a part of a request is there.
  bool has_begun() const;
  bool has_header() const;
  response refusal() const;
  bool is_for_head() const;
  bool keeps_connection() const;

  // The request without its body. REQUIRES: has_header().
  request header() const;
  // The body of the request that is complete; the next one begins.
  std::string take_body();

private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace duroxide::http
