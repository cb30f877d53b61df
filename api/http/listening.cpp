#include "api/http/listening.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace duroxide::http {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

[[noreturn]] void refuse_option(const std::string& why) {
  throw configuration_error(error_kind::invalid_argument, why);
}

boost::asio::ip::address address_of(const options& how) {
  error_code failed;
  const auto address = boost::asio::ip::make_address(how.address, failed);
  if (failed)
    refuse_option("address is '" + how.address + "'; it must be an IPv4 or IPv6 address of this machine");
  return address;
}

struct size_limit {
  std::string_view name;
  std::size_t size;
  std::size_t most;
};

void check_numbers(const options& how) {
  const std::array<size_limit, 6> sizes{{{"io_threads", how.io_threads, 256},
                                         {"store_threads", how.store_threads, 256},
                                         {"store_queue", how.store_queue, 1'000'000},
                                         {"connections", how.connections, 1'000'000},
                                         {"header_bytes", how.header_bytes, 1UL << 24U},
                                         {"body_bytes", how.body_bytes, 1UL << 30U}}};
  for (const auto& [name, size, most] : sizes)
    if (size == 0 || size > most) refuse_option(std::string(name) + " must be 1 to " + std::to_string(most));
  const std::array<std::pair<std::string_view, duration>, 5> times{{{"header_timeout", how.header_timeout},
                                                                    {"body_timeout", how.body_timeout},
                                                                    {"write_timeout", how.write_timeout},
                                                                    {"idle_timeout", how.idle_timeout},
                                                                    {"longest_wait", how.longest_wait}}};
  for (const auto& [name, time] : times)
    if (time <= duration::zero() || time > std::chrono::hours(24))
      refuse_option(std::string(name) + " must be more than nothing, and at most a day");
}

void check_safety(const options& how) {
  if (how.certificate_file.empty() != how.key_file.empty())
    refuse_option("a certificate needs a key, and a key a certificate");
  if (how.is_insecure || address_of(how).is_loopback()) return;
  if (!how.certificate_file.empty() && !how.token_file.empty()) return;
  refuse_option("other machines can reach the address " + how.address +
                ": that needs a certificate and a file of tokens, or options::is_insecure (--insecure)");
}

void require(const error_code& failed, const std::string& what) {
  if (failed) refuse_option(what + ": " + failed.message());
}

}  // namespace

void check(const options& how) {
  check_numbers(how);
  check_safety(how);
}

void listen_on(tcp::acceptor& listener, const options& how) {
  const tcp::endpoint where(address_of(how), how.port);
  error_code failed;
  listener.open(where.protocol(), failed);
  if (!failed) listener.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) listener.bind(where, failed);
  if (!failed) listener.listen(boost::asio::socket_base::max_listen_connections, failed);
  if (failed)
    throw infrastructure_error(error_kind::store_unavailable,
                               "cannot listen on " + url_of(where, false) + ": " + failed.message());
}

boost::asio::ssl::context tls_context(const options& how) {
  using boost::asio::ssl::context;
  context made(context::tls_server);
  made.set_options(context::default_workarounds | context::no_sslv2 | context::no_sslv3 | context::no_tlsv1 |
                   context::no_tlsv1_1);
  error_code failed;
  made.use_certificate_chain_file(how.certificate_file, failed);
  require(failed, "the certificate " + how.certificate_file + " cannot be used");
  made.use_private_key_file(how.key_file, context::pem, failed);
  require(failed, "the key " + how.key_file + " cannot be used");
  return made;
}

std::string url_of(const tcp::endpoint& where, bool is_secure) {
  const std::string address = where.address().to_string();
  return std::string(is_secure ? "https://" : "http://") +
         (where.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(where.port());
}

}  // namespace duroxide::http
