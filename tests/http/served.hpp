// A store that is served over HTTP, in this process.
#pragma once

#include "duroxide/http.hpp"
#include "tests/cli/command.hpp"
#include "tests/http/client.hpp"

#include <fstream>
#include <string>
#include <utility>

namespace duroxide::testing_support {

class served_store {
public:
  explicit served_store(http::options how = {}) : server_(duroxide::client(store_.open()), std::move(how)) {}

  const named_store& store() const { return store_; }
  duroxide::client client() const { return duroxide::client(store_.open()); }
  http::server& server() { return server_; }
  const http::server& server() const { return server_; }

  http_answer get(const std::string& target, std::vector<std::string> headers = {}) const {
    return call(server_.port(), {"GET", target, {}, std::move(headers)});
  }
  http_answer post(const std::string& target, const std::string& body = {},
                   std::vector<std::string> headers = {}) const {
    return call(server_.port(), {"POST", target, body, std::move(headers)});
  }
  http_answer call_with(const http_call& what) const { return call(server_.port(), what); }

private:
  named_store store_;
  http::server server_;
};

// "Authorization: Bearer SECRET".
inline std::string bearer(const std::string& secret) { return "Authorization: Bearer " + secret; }

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

}  // namespace duroxide::testing_support
