// The program of the page securing.md.
#include <duroxide/http.hpp>

#include "guide/fetch.hpp"

#include <fstream>

namespace dx = duroxide;
using guide::expect;
using guide::fetch;
using guide::has;

int main() {
  const guide::temporary_database database;
  const auto store = dx::open_store("sqlite:" + database.path());
  const std::string path = database.path() + ".tokens";

  // [tokens]
  const dx::http::token grace = dx::http::make_token("grace", dx::http::role::operate, false);
  std::ofstream(path) << grace.line << "\n";  // grace.secret is for her, and kept nowhere

  dx::http::options how;
  how.token_file = path;
  how.audit = [](const dx::http::audit_record& record) { std::puts(record.text().c_str()); };
  dx::http::server door(dx::client(store), how);
  // [end]

  const std::string wanted = R"({"orchestration": "Order", "id": "order-7", "input": {"card": 4111}})";
  expect(has(fetch(door.port(), "POST", "/v1/instances", wanted), "401 Unauthorized"));
  expect(has(fetch(door.port(), "POST", "/v1/instances", wanted, grace.secret), "201 Created"));
  const std::string shown = fetch(door.port(), "GET", "/v1/instances/order-7", {}, grace.secret);
  expect(has(shown, R"("input":{"$masked":true})"));
  expect(has(fetch(door.port(), "DELETE", "/v1/instances/order-7", {}, grace.secret), "403 Forbidden"));
}
