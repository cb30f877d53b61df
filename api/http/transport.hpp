// Bytes to and from a peer, plain or by TLS.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstddef>
#include <functional>
#include <memory>

namespace duroxide::http {

// Used by the strand of its socket alone; handlers are called there.
class transport {
public:
  using handler = std::function<void(boost::system::error_code, std::size_t)>;
  using end_handler = std::function<void(boost::system::error_code)>;

  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  virtual void handshake(end_handler done) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, handler done) = 0;
  virtual void write_some(boost::asio::const_buffer from, handler done) = 0;
  // Tells the peer that no more will come.
  virtual void end_writing(end_handler done) = 0;
  // Operations that are under way fail.
  virtual void close() = 0;
};

std::unique_ptr<transport> plain_transport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<transport> tls_transport(boost::asio::ip::tcp::socket socket,
                                         boost::asio::ssl::context& context);

}  // namespace duroxide::http
