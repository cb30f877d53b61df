// Where a server listens, and with which certificate.
#pragma once

#include "duroxide/http.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <string>

namespace duroxide::http {

// Throws configuration_error (invalid_argument) for options that are not legal, or not safe.
void check(const options& how);

// Throws infrastructure_error (store_unavailable) if the address cannot be listened on.
void listen_on(boost::asio::ip::tcp::acceptor& listener, const options& how);

// Throws configuration_error (invalid_argument) for files that cannot be used.
boost::asio::ssl::context tls_context(const options& how);

std::string url_of(const boost::asio::ip::tcp::endpoint& where, bool is_secure);

}  // namespace duroxide::http
