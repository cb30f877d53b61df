// One connection, from its first byte to its last.
#pragma once

#include "duroxide/time.hpp"
#include "api/http/hub.hpp"
#include "api/http/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace duroxide::http {

class request_reader;

// Everything but `drain` and `close` happens on its strand. One read is under way at most, also while a request is with
// the service, so that a peer that goes away is noticed. It lives as long as an operation of it is under way.
class connection : public std::enable_shared_from_this<connection> {
public:
  // `through` works on the strand that `strand` is.
  connection(hub& home, boost::asio::any_io_executor strand, std::unique_ptr<transport> through,
             std::string peer);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  void start();
  // Says that the server has no room, and ends.
  void turn_away();

  // From any thread.
  void drain();
  void close();

private:
  // The first member: while others are destroyed, the server waits for this one.
  struct membership {
    hub& home;
    connection& one;
    ~membership();
  };
  enum class state : std::uint8_t { idle, reading, answering, writing, closing, closed };

  void read();
  void on_read(boost::system::error_code failed, std::size_t count);
  void take_input();
  request header() const;
  void begin_request();
  void answer(const response& what, bool keeps_connection);
  void answer_with(bool keeps_connection);  // what output_ has
  void write();
  void on_written();
  void end();
  void close_now();
  void set_deadline(duration limit);
  void on_deadline();

  const membership membership_;
  hub& home_;
  const boost::asio::any_io_executor strand_;
  const std::unique_ptr<transport> through_;
  const std::string peer_;
  boost::asio::steady_timer deadline_;
  const std::unique_ptr<request_reader> reader_;
  state state_ = state::idle;
  bool is_reading_ = false;     // a read is under way
  bool is_continuing_ = false;  // leave to send a body is being written
  bool is_draining_ = false;    // this request is the last one
  bool keeps_connection_ = false;
  std::string input_;  // where a read puts what comes
  std::string output_;
  std::size_t written_ = 0;
  std::stop_source taken_back_;  // of the request that is with the service
};

}  // namespace duroxide::http
