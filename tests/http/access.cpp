// Who may do what.
#include "api/http/access.hpp"

#include "api/http/routes.hpp"
#include "api/operations/catalogue.hpp"
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"

#include <unistd.h>

#include <mutex>

namespace laws_of_http_access {

using namespace duroxide;
using namespace duroxide::testing_support;
using http::role;

namespace {

// A file of tokens with one token for each role.
class guarded_store {
public:
  guarded_store() {
    std::string lines = "# who may do what\n\n";
    for (const role each : {role::read, role::operate, role::admin}) {
      const auto made = http::make_token("some-" + std::string(to_string(each)), each, each == role::admin);
      secrets_.push_back(made.secret);
      lines += made.line + "\n";
    }
    write(lines);
    http::options how;
    how.token_file = file();
    how.audit = [this](const http::audit_record& record) {
      const std::lock_guard lock(mutex_);
      records_.push_back(record.text());
    };
    how.warn = [this](const std::string& text) {
      const std::lock_guard lock(mutex_);
      warnings_.push_back(text);
    };
    how.longest_wait = std::chrono::milliseconds(1);
    served_ = std::make_unique<served_store>(how);
  }

  std::string file() const { return folder_.file("tokens"); }
  void write(const std::string& lines) const {
    // As editors and deployments do it.
    write_file(folder_.file("tokens.new"), lines);
    rename(folder_.file("tokens.new").c_str(), file().c_str());
  }
  const std::string& secret(role what) const { return secrets_.at(static_cast<std::size_t>(what)); }
  http_answer call_as(role what, const http_call& wanted) const { return call_by(secret(what), wanted); }
  http_answer call_by(const std::string& token, http_call wanted) const {
    wanted.headers.push_back(bearer(token));
    return served_->call_with(wanted);
  }
  const served_store& served() const { return *served_; }
  std::vector<std::string> records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }
  std::vector<std::string> warnings() const {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }

private:
  temporary_folder folder_;
  std::vector<std::string> secrets_;
  mutable std::mutex mutex_;
  std::vector<std::string> records_;
  std::vector<std::string> warnings_;
  std::unique_ptr<served_store> served_;
};

// A call that is legal as far as its route goes.
http_call call_for(const http::route& each) {
  std::string path(each.path);
  for (std::size_t open = path.find('{'); open != path.npos; open = path.find('{', open))
    path.replace(open, path.find('}', open) + 1 - open, "x");
  return {std::string(each.method), path};
}

}  // namespace

LAW("each route wants a token, a known one, and one with the role that it needs") {
  const guarded_store guarded;
  for (const http::route& each : http::routes()) {
    INFO(each.method << " " << each.path);
    const auto wanted = call_for(each);
    const auto without = guarded.served().call_with(wanted);
    CHECK(without.status == 401);
    CHECK(without.header("www-authenticate") == "Bearer");
    CHECK(guarded.call_by("0123456789abcdef", wanted).status == 401);
    const role needed = http::role_for(operations::find_operation(each.operation)->does);
    for (const role has : {role::read, role::operate, role::admin}) {
      INFO(to_string(has));
      const unsigned status = guarded.call_as(has, wanted).status;
      CHECK((status == 403) == (has < needed));
      CHECK(status != 401);
    }
  }
}

LAW("without a token there are the pages of health, and nothing else") {
  const guarded_store guarded;
  CHECK(guarded.served().get("/healthz").status == 200);
  CHECK(guarded.served().get("/readyz").status == 200);
  for (const char* path : {"/", "/metrics", "/v1/openapi.json", "/v1/nothing", "/v1/instances/x"})
    CHECK(guarded.served().get(path).status == 401);
  CHECK(guarded.served().get("/v1/nodes?access_token=" + guarded.secret(role::read)).status == 401);
  CHECK(guarded.served().get("/v1/nodes", {"Authorization: Basic " + guarded.secret(role::read)}).status ==
        401);
  CHECK(guarded.served().get("/v1/nodes", {"Authorization: bearer   " + guarded.secret(role::read)}).status ==
        200);
}

LAW("who may not see payloads sees that there are some") {
  const guarded_store guarded;
  guarded.served().client().start({"Order", "o", R"({"card": 4111})"});
  const auto masked = guarded.call_as(role::operate, {"GET", "/v1/instances/o"});
  CHECK(masked.body.find("4111") == std::string::npos);
  CHECK(masked.json().at("input").at("$masked") == true);
  CHECK(guarded.call_as(role::admin, {"GET", "/v1/instances/o"}).json().at("input").at("card") == 4111);
}

LAW("what somebody changes, or was kept from changing, is a record with a name and an address") {
  const guarded_store guarded;
  guarded.served().client().start({"Order", "o", "1"});
  guarded.call_as(role::operate, {"POST", "/v1/instances/o/cancel"});
  guarded.call_as(role::read, {"POST", "/v1/instances/o/cancel"});
  guarded.call_as(role::operate, {"POST", "/v1/instances/nosuch/events/e"});
  guarded.call_as(role::read, {"GET", "/v1/instances/o"});
  CHECK(guarded.records() == std::vector<std::string>{"some-operate from 127.0.0.1: cancel o: 200",
                                                      "some-read from 127.0.0.1: cancel o: 403",
                                                      "some-operate from 127.0.0.1: raise nosuch: 404"});
}

LAW("the file of tokens counts as it is now, and one that is wrong lets nobody in") {
  const guarded_store guarded;
  const auto other = http::make_token("other", role::read, false);
  const http_call nodes{"GET", "/v1/nodes"};
  CHECK(guarded.call_by(other.secret, nodes).status == 401);
  guarded.write(other.line + "\n");
  CHECK(guarded.call_by(other.secret, nodes).status == 200);
  CHECK(guarded.call_as(role::admin, nodes).status == 401);
  guarded.write(other.line + "\nada root 12\n");
  const auto refused = guarded.call_by(other.secret, nodes);
  CHECK(refused.status == 503);
  CHECK(refused.json().at("kind") == "tokens_unavailable");
  CHECK(refused.body.find(guarded.file()) == std::string::npos);
  REQUIRE(guarded.warnings().size() == 1);
  CHECK_THAT(guarded.warnings()[0], Catch::Contains("line 2 of the file of tokens " + guarded.file()));
  unlink(guarded.file().c_str());
  CHECK(guarded.call_by(other.secret, nodes).status == 503);
  guarded.write(other.line + "\n");
  CHECK(guarded.call_by(other.secret, nodes).status == 200);
}

LAW("a file of tokens that is wrong is refused, with its line") {
  const temporary_folder folder;
  const auto complaint = [&](const std::string& lines) -> std::string {
    write_file(folder.file("tokens"), lines);
    try {
      http::options how;
      how.token_file = folder.file("tokens");
      const http::access_rules made(how);
    } catch (const configuration_error& e) {
      return e.what();
    }
    return "none";
  };
  const std::string digest(64, 'a');
  CHECK(complaint("") == "none");
  CHECK(complaint("  # note\n\nada read " + digest + "\r\nbob\tadmin\t" + digest + " payloads") == "none");
  CHECK_THAT(complaint("\nada read"), Catch::Contains("line 2") && Catch::Contains("NAME ROLE SHA256"));
  CHECK_THAT(complaint("ada root " + digest), Catch::Contains("read, operate, admin"));
  CHECK_THAT(complaint("ada read " + std::string(64, 'A')), Catch::Contains("64 small hexadecimal digits"));
  CHECK_THAT(complaint("ada read " + digest + " all"), Catch::Contains("NAME ROLE SHA256"));
}

LAW("a server that only reads changes nothing, whoever asks") {
  http::options how;
  how.is_read_only = true;
  const served_store served(how);
  served.client().start({"Order", "o", "1"});
  CHECK(served.post("/v1/instances/o/cancel").status == 403);
  CHECK(served.call_with({"DELETE", "/v1/instances/o"}).status == 403);
  CHECK(served.get("/v1/instances/o").status == 200);
}

LAW("a page of another origin, or under a name that is not this machine's, is not served") {
  const served_store served;
  const auto status = [&](std::vector<std::string> headers) {
    return served.get("/v1/nodes", std::move(headers)).status;
  };
  CHECK(status({"Host: localhost:8080"}) == 200);
  CHECK(status({"Host: 127.0.0.1:8080"}) == 200);
  CHECK(status({"Host: [::1]:8080"}) == 200);
  CHECK(status({"Host: evil.example"}) == 421);
  CHECK(status({"Host: 127.0.0.1.evil.example:8080"}) == 421);
  CHECK(status({"Host: localhost:8080", "Origin: http://localhost:8080"}) == 200);
  CHECK(status({"Host: localhost:8080", "Origin: http://evil.example"}) == 403);
  CHECK(status({"Host: localhost:8080", "Origin: http://localhost:9090"}) == 403);
  CHECK(status({"Host: localhost:8080", "Origin: null"}) == 403);
}

LAW("a server that others can reach needs TLS and tokens, or has to be called insecure") {
  const named_store store;
  const auto complaint = [&](http::options how) -> std::string {
    try {
      const http::server made(client(store.open()), std::move(how));
    } catch (const error& e) {
      return e.what();
    }
    return "none";
  };
  http::options open_to_all;
  open_to_all.address = "0.0.0.0";
  CHECK_THAT(complaint(open_to_all), Catch::Contains("other machines can reach"));
  open_to_all.token_file = "/nowhere";
  CHECK_THAT(complaint(open_to_all), Catch::Contains("other machines can reach"));
  open_to_all.token_file.clear();
  open_to_all.is_insecure = true;
  CHECK(complaint(open_to_all) == "none");
  http::options wrong;
  wrong.address = "localhost";
  CHECK_THAT(complaint(wrong), Catch::Contains("must be an IPv4 or IPv6 address"));
  wrong.address = "192.0.2.1";
  wrong.is_insecure = true;
  CHECK_THAT(complaint(wrong), Catch::Contains("cannot listen on http://192.0.2.1:0"));
  http::options half;
  half.certificate_file = "/nowhere";
  CHECK_THAT(complaint(half), Catch::Contains("needs a key"));
  half.key_file = "/nowhere";
  CHECK_THAT(complaint(half), Catch::Contains("cannot be used"));
  http::options lost;
  lost.token_file = "/nowhere";
  CHECK_THAT(complaint(lost), Catch::Contains("cannot be read"));
  http::options none;
  none.store_threads = 0;
  CHECK_THAT(complaint(none), Catch::Contains("store_threads"));
}

}  // namespace laws_of_http_access
