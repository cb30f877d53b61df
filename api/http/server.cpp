#include "duroxide/http.hpp"
#include "api/http/connection.hpp"
#include "api/http/hub.hpp"
#include "api/http/listening.hpp"
#include "api/operations/catalogue.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace duroxide::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// More connections than there may be, by so many, are told so; others are closed.
constexpr std::size_t turned_away = 64;
// How long a listener rests that gets no more sockets from the system.
constexpr duration rest = std::chrono::milliseconds(100);

operations::session session_of(duroxide::client client) {
  duroxide::admin admin = client.admin();
  const auto store = client.port()->store();
  return {std::move(client), std::move(admin), store ? store->description() : std::string()};
}

}  // namespace

class server::state {
public:
  state(duroxide::client client, const options& how)
      : hub_(session_of(std::move(client)), how), listener_(asio::make_strand(io_)),
        resting_(listener_.get_executor()) {
    if (!how.certificate_file.empty()) tls_.emplace(tls_context(how));
    listen_on(listener_, how);
    port_ = listener_.local_endpoint().port();
    url_ = url_of(listener_.local_endpoint(), tls_.has_value());
    accept();
    for (std::size_t i = 0; i < how.io_threads; ++i) threads_.emplace_back([this] { work(); });
  }

  void stop(duration patience) {
    const detail::lock_guard lock(stopping_);
    if (threads_.empty()) return;
    const auto deadline = std::chrono::steady_clock::now() + std::min(patience, longest_patience);
    stop_listening();
    hub_.drain();
    if (!hub_.wait_for_all(deadline)) hub_.close();
    hub_.wait_for_all();
    work_.reset();
    for (std::thread& each : threads_) each.join();
    threads_.clear();
  }

  std::uint16_t port() const noexcept { return port_; }
  const std::string& url() const noexcept { return url_; }

private:
  static constexpr duration longest_patience = std::chrono::hours(24);

  // A connection that there is no memory for ends; the others go on.
  void work() {
    for (;;) try {
        io_.run();
        return;
      } catch (const std::exception&) {
        continue;
      }
  }

  void accept() {
    listener_.async_accept(asio::make_strand(io_), [this](error_code failed, tcp::socket socket) {
      if (!listener_.is_open()) return;
      if (failed) return accept_later();
      take(std::move(socket));
      accept();
    });
  }

  // There are as many files open as there may be, or the peer is gone already.
  void accept_later() {
    resting_.expires_after(rest);
    resting_.async_wait([this](error_code failed) {
      if (!failed && listener_.is_open()) accept();
    });
  }

  void take(tcp::socket socket) {
    error_code failed;
    const auto peer = socket.remote_endpoint(failed);
    if (failed) return;
    socket.set_option(tcp::no_delay(true), failed);
    auto strand = socket.get_executor();
    auto through = tls_ ? tls_transport(std::move(socket), *tls_) : plain_transport(std::move(socket));
    const auto made =
        std::make_shared<connection>(hub_, strand, std::move(through), peer.address().to_string());
    const std::size_t count = hub_.add(*made);
    if (count > hub_.limits().connections + turned_away) return;
    asio::post(strand, [made, is_welcome = count <= hub_.limits().connections] {
      is_welcome ? made->start() : made->turn_away();
    });
  }

  void stop_listening() {
    std::promise<void> closed;
    asio::post(listener_.get_executor(), [&] {
      error_code ignored;
      listener_.close(ignored);
      resting_.cancel();
      closed.set_value();
    });
    closed.get_future().wait();
  }

  asio::io_context io_;
  std::optional<asio::ssl::context> tls_;
  http::hub hub_;
  tcp::acceptor listener_;
  asio::steady_timer resting_;
  std::uint16_t port_ = 0;
  std::string url_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{io_.get_executor()};
  detail::mutex stopping_;
  std::vector<std::thread> threads_;
};

server::server(duroxide::client client, options how) {
  check(how);
  state_ = std::make_unique<state>(std::move(client), how);
}

server::~server() { stop(); }

std::uint16_t server::port() const noexcept { return state_->port(); }

const std::string& server::url() const noexcept { return state_->url(); }

void server::stop(duration patience) { state_->stop(patience); }

}  // namespace duroxide::http
