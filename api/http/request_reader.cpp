#include "api/http/request_reader.hpp"

#include "api/http/problem.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace duroxide::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t read_bytes_of_header = 4096;
constexpr std::size_t read_bytes_of_body = 64UL * 1024;

}  // namespace

class request_reader::state {
public:
  using parser = beast::http::request_parser<beast::http::string_body>;

  explicit state(const options& how) : limits(how), buffer(how.header_bytes + read_bytes_of_body) { renew(); }

  void renew() {
    current.emplace();
    current->eager(true);
    current->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    current->body_limit(limits.body_bytes);
    is_continued = false;
    failed = {};
    if (buffer.size() == 0) buffer.shrink_to_fit();
  }

  std::string field(beast::http::field name) const {
    const auto found = current->get()[name];
    return {found.data(), found.size()};
  }
  std::string field(std::string_view name) const {
    const auto found = current->get()[beast::string_view(name.data(), name.size())];
    return {found.data(), found.size()};
  }

  const options& limits;
  beast::flat_buffer buffer;
  std::optional<parser> current;
  bool is_continued = false;
  error_code failed;
};

request_reader::request_reader(const options& limits) : state_(std::make_unique<state>(limits)) {}
request_reader::~request_reader() = default;

std::size_t request_reader::room() const {
  const std::size_t wanted = has_header() ? read_bytes_of_body : read_bytes_of_header;
  return std::min(wanted, state_->buffer.max_size() - state_->buffer.size());
}

void request_reader::add(std::string_view bytes) {
  const auto place = state_->buffer.prepare(bytes.size());
  std::memcpy(place.data(), bytes.data(), bytes.size());
  state_->buffer.commit(bytes.size());
}

request_reader::progress request_reader::read() {
  auto& parser = *state_->current;
  while (!parser.is_done() && state_->buffer.size() != 0) {
    error_code failed;
    const std::size_t count = parser.put(state_->buffer.data(), failed);
    state_->buffer.consume(count);
    if (failed == beast::http::error::need_more) break;
    if (failed) {
      state_->failed = failed;
      return progress::is_wrong;
    }
    if (count == 0) break;
  }
  if (parser.is_done()) return progress::is_complete;
  const bool waits = has_header() && !state_->is_continued &&
                     beast::iequals(parser.get()[beast::http::field::expect], "100-continue");
  if (!waits) return progress::needs_more;
  state_->is_continued = true;
  return progress::wants_to_continue;
}

bool request_reader::has_begun() const { return state_->buffer.size() != 0 || has_header(); }

bool request_reader::has_header() const { return state_->current->is_header_done(); }

response request_reader::refusal() const {
  using beast::http::error;
  if (state_->failed == error::body_limit)
    return problem(413, "body_too_large",
                   "a body may have " + std::to_string(state_->limits.body_bytes) + " bytes here");
  if (state_->failed == error::header_limit)
    return problem(431, "header_too_large",
                   "a header may have " + std::to_string(state_->limits.header_bytes) + " bytes here");
  return problem(400, "bad_request", "this is no request of HTTP/1.1: " + state_->failed.message());
}

bool request_reader::is_for_head() const {
  return state_->current->get().method() == beast::http::verb::head;
}

bool request_reader::keeps_connection() const { return state_->current->get().keep_alive(); }

request request_reader::header() const {
  using beast::http::field;
  const auto& message = state_->current->get();
  const auto method = message.method_string();
  const auto target = message.target();
  request taken{{method.data(), method.size()}, {target.data(), target.size()}};
  taken.host = state_->field(field::host);
  taken.origin = state_->field(field::origin);
  taken.authorization = state_->field(field::authorization);
  taken.content_type = state_->field(field::content_type);
  taken.idempotency_key = state_->field("Idempotency-Key");
  return taken;
}

std::string request_reader::take_body() {
  std::string body = std::move(state_->current->get().body());
  state_->renew();
  return body;
}

}  // namespace duroxide::http
