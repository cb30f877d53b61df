#include "api/http/connection.hpp"

#include "api/http/problem.hpp"
#include "api/http/request_reader.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace duroxide::http {

namespace {

using boost::system::error_code;

constexpr std::string_view leave_to_continue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t write_bytes = 64UL * 1024;
// How long a peer may take to go away when it has its last answer, so that it can read it.
constexpr duration farewell = std::chrono::seconds(1);

}  // namespace

connection::connection(hub& home, boost::asio::any_io_executor strand, std::unique_ptr<transport> through,
                       std::string peer)
    : membership_{home, *this}, home_(home), strand_(std::move(strand)), through_(std::move(through)),
      peer_(std::move(peer)), deadline_(strand_), reader_(std::make_unique<request_reader>(home.limits())) {}

connection::~connection() = default;

connection::membership::~membership() { home.remove(one); }

void connection::start() {
  if (state_ == state::closed) return;
  set_deadline(home_.limits().header_timeout);
  through_->handshake([self = shared_from_this()](error_code failed) {
    if (failed || self->state_ == state::closed) return self->close_now();
    self->read();
  });
}

void connection::turn_away() {
  if (state_ == state::closed) return;
  set_deadline(farewell);
  through_->handshake([self = shared_from_this()](error_code failed) {
    if (failed || self->state_ == state::closed) return self->close_now();
    self->answer(overloaded("the server has as many connections as it may have"), false);
  });
}

void connection::drain() {
  boost::asio::post(strand_, [self = shared_from_this()] {
    self->is_draining_ = true;
    self->taken_back_.request_stop();
    if (self->state_ == state::idle) self->close_now();
  });
}

void connection::close() {
  boost::asio::post(strand_, [self = shared_from_this()] { self->close_now(); });
}

void connection::read() {
  if (is_reading_ || state_ == state::closed) return;
  const std::size_t room = reader_->room();
  if (room == 0) return;
  is_reading_ = true;
  input_.resize(room);
  through_->read_some(boost::asio::buffer(input_),
                      [self = shared_from_this()](error_code failed, std::size_t count) {
                        self->is_reading_ = false;
                        self->on_read(failed, count);
                      });
}

void connection::on_read(error_code failed, std::size_t count) {
  if (state_ == state::closed) return;
  if (state_ == state::closing)
    return failed ? close_now() : read();  // what comes is of no interest any more
  if (failed) {
    // The peer is gone, or will ask nothing more.
    taken_back_.request_stop();
    is_draining_ = true;
    if (state_ == state::idle || state_ == state::reading) close_now();
    return;
  }
  reader_->add(std::string_view(input_).substr(0, count));
  if (state_ == state::idle || state_ == state::reading) take_input();
}

void connection::take_input() {
  using enum request_reader::progress;
  const bool had_header = reader_->has_header();
  const auto progress = reader_->read();
  if (progress == is_complete) return begin_request();
  if (progress == is_wrong) return answer(reader_->refusal(), false);
  if (state_ == state::idle && reader_->has_begun()) {
    state_ = state::reading;
    set_deadline(home_.limits().header_timeout);
  }
  if (reader_->has_header() && !had_header) {
    // A body of a stranger is not even read.
    if (const auto refused = home_.service().refusal_of(header())) return answer(*refused, false);
    set_deadline(home_.limits().body_timeout);
  }
  if (progress == needs_more) return read();
  is_continuing_ = true;
  through_->write_some(boost::asio::buffer(leave_to_continue),
                       [self = shared_from_this()](error_code failed, std::size_t count) {
                         self->is_continuing_ = false;
                         failed || count != leave_to_continue.size() ? self->close_now() : self->read();
                       });
}

request connection::header() const {
  request asked = reader_->header();
  asked.from = peer_;
  return asked;
}

void connection::begin_request() {
  state_ = state::answering;
  deadline_.expires_at(boost::asio::steady_timer::time_point::max());
  const bool is_for_head = reader_->is_for_head();
  const bool keeps = reader_->keeps_connection();
  request asked = header();
  asked.body = reader_->take_body();
  taken_back_ = std::stop_source();
  if (is_draining_) taken_back_.request_stop();
  read();
  auto done = [self = shared_from_this(), is_for_head, keeps](response made) {
    boost::asio::post(self->strand_, [self, is_for_head, keeps, made = std::move(made)]() mutable {
      if (self->state_ != state::answering) return;
      const bool stays = keeps && !self->is_draining_;
      self->output_ = wire_text(made, !is_for_head, stays);
      self->answer_with(stays);
    });
  };
  home_.service().handle(std::move(asked), taken_back_.get_token(), std::move(done));
}

void connection::answer(const response& what, bool keeps_connection) {
  output_ = wire_text(what, true, keeps_connection);
  answer_with(keeps_connection);
}

void connection::answer_with(bool keeps_connection) {
  state_ = state::writing;
  keeps_connection_ = keeps_connection;
  written_ = 0;
  write();
}

void connection::write() {
  set_deadline(home_.limits().write_timeout);
  const std::size_t count = std::min(write_bytes, output_.size() - written_);
  through_->write_some(boost::asio::buffer(output_.data() + written_, count),
                       [self = shared_from_this()](error_code failed, std::size_t wrote) {
                         if (self->state_ == state::closed) return;
                         if (failed) return self->close_now();
                         self->written_ += wrote;
                         self->written_ < self->output_.size() ? self->write() : self->on_written();
                       });
}

void connection::on_written() {
  output_ = {};
  if (!keeps_connection_ || is_draining_) return end();
  state_ = state::idle;
  set_deadline(home_.limits().idle_timeout);
  take_input();
}

// The peer reads the last answer to its end, before the socket is closed.
void connection::end() {
  state_ = state::closing;
  set_deadline(farewell);
  through_->end_writing(
      [self = shared_from_this()](error_code failed) { failed ? self->close_now() : self->read(); });
}

void connection::close_now() {
  if (state_ == state::closed) return;
  state_ = state::closed;
  taken_back_.request_stop();
  deadline_.cancel();
  through_->close();
}

void connection::set_deadline(duration limit) {
  deadline_.expires_after(limit);
  deadline_.async_wait([self = shared_from_this()](error_code failed) {
    // A deadline that was moved is not over, even if its handler was on its way.
    if (!failed && self->deadline_.expiry() <= boost::asio::steady_timer::clock_type::now())
      self->on_deadline();
  });
}

void connection::on_deadline() {
  if (state_ != state::reading || is_continuing_) return close_now();
  answer(problem(408, "timed_out", "the request has not come in time"), false);
}

}  // namespace duroxide::http
