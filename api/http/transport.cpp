#include "api/http/transport.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <utility>

namespace duroxide::http {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

void close_socket(tcp::socket& socket) {
  error_code ignored;
  socket.close(ignored);
}

class plain final : public transport {
public:
  explicit plain(tcp::socket socket) : socket_(std::move(socket)) {}

  void handshake(end_handler done) override {
    boost::asio::post(socket_.get_executor(), [done = std::move(done)] { done({}); });
  }
  void read_some(boost::asio::mutable_buffer into, handler done) override {
    socket_.async_read_some(into, std::move(done));
  }
  void write_some(boost::asio::const_buffer from, handler done) override {
    socket_.async_write_some(from, std::move(done));
  }
  void end_writing(end_handler done) override {
    error_code failed;
    socket_.shutdown(tcp::socket::shutdown_send, failed);
    boost::asio::post(socket_.get_executor(), [done = std::move(done), failed] { done(failed); });
  }
  void close() override { close_socket(socket_); }

private:
  tcp::socket socket_;
};

class tls final : public transport {
public:
  tls(tcp::socket socket, boost::asio::ssl::context& context) : stream_(std::move(socket), context) {}

  void handshake(end_handler done) override {
    stream_.async_handshake(boost::asio::ssl::stream_base::server, std::move(done));
  }
  void read_some(boost::asio::mutable_buffer into, handler done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write_some(boost::asio::const_buffer from, handler done) override {
    stream_.async_write_some(from, std::move(done));
  }
  void end_writing(end_handler done) override { stream_.async_shutdown(std::move(done)); }
  void close() override { close_socket(stream_.next_layer()); }

private:
  boost::asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<transport> plain_transport(tcp::socket socket) {
  return std::make_unique<plain>(std::move(socket));
}

std::unique_ptr<transport> tls_transport(tcp::socket socket, boost::asio::ssl::context& context) {
  return std::make_unique<tls>(std::move(socket), context);
}

}  // namespace duroxide::http
