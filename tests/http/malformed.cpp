// Requests that no proper client makes. DUROXIDE_HTTP_SEED makes those of one seed.
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <random>

namespace laws_of_malformed_requests {

using namespace duroxide;
using namespace duroxide::testing_support;

namespace {

constexpr int request_count = 2000;

std::uint32_t seed_of_run() {
  if (const char* given = std::getenv("DUROXIDE_HTTP_SEED"))
    return static_cast<std::uint32_t>(std::stoul(given));
  return std::random_device()();
}

const std::vector<std::string> samples{
    wire_text_of({"GET", "/v1/instances?status=failed&limit=5&filter=status%20%3D%20failed"}),
    wire_text_of(
        {"POST", "/v1/instances", R"({"orchestration": "O", "id": "a", "input": {"x": [1, 2.5, "é"]}})"}),
    wire_text_of({"POST", "/v1/instances/a%2Fb/events/approved", R"("Grace")", {"Origin: http://localhost"}}),
    wire_text_of({"DELETE", "/v1/instances/a?force=true&patience=0s"}),
    wire_text_of({"GET", "/v1/actors/account/ada/ask/deposit", {}, {"Authorization: Bearer 0123"}}),
    "POST /v1/instances HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    "Content-Type: application/json\r\n\r\n5\r\n{\"id\"\r\n4\r\n: 1}\r\n0\r\n\r\n",
    "GET /healthz HTTP/1.0\r\n\r\n",
};

class mutator {
public:
  explicit mutator(std::uint32_t seed) : random_(seed) {}

  std::string next() {
    std::string text = samples[below(samples.size())];
    for (std::size_t i = 1 + below(4); i > 0; --i) change(text);
    return text;
  }

private:
  std::size_t below(std::size_t limit) { return random_() % std::max<std::size_t>(limit, 1); }

  void change(std::string& text) {
    static const std::vector<std::string> parts{"\r\n",
                                                "\r\n\r\n",
                                                "%",
                                                "%00",
                                                "\xff",
                                                " ",
                                                ":",
                                                "/",
                                                "?",
                                                "&",
                                                "\"",
                                                "[",
                                                "{",
                                                "Content-Length: 99999999999999999999\r\n",
                                                "HTTP/9.9",
                                                "Transfer-Encoding: chunked\r\n",
                                                std::string(1, '\0'),
                                                "Expect: 100-continue\r\n"};
    const std::size_t place = below(text.size());
    switch (below(6)) {
    case 0: text[place] = static_cast<char>(random_()); break;
    case 1: text.erase(place, 1 + below(10)); break;
    case 2: text.insert(place, parts[below(parts.size())]); break;
    case 3: text.resize(place); break;
    case 4: text += text; break;
    default: text.insert(place, text.substr(below(text.size()), below(30)));
    }
  }

  std::mt19937 random_;
};

}  // namespace

LAW("whatever is sent, the server answers with a status or closes, and goes on") {
  const std::uint32_t seed = seed_of_run();
  INFO("DUROXIDE_HTTP_SEED=" << seed);
  http::options how;
  how.longest_wait = std::chrono::milliseconds(1);
  const served_store served(how);
  mutator mutated(seed);
  for (int i = 0; i < request_count; ++i) {
    const std::string text = mutated.next();
    INFO("request " << i << ": " << text);
    http_connection connection(served.server().port());
    connection.send(text);
    connection.end();
    for (;;) {
      http_answer answer;
      try {
        answer = connection.read(!text.starts_with("HEAD"));
      } catch (const std::exception& e) {
        FAIL(e.what());
      }
      if (answer.status == 0) break;
      if (answer.status < 100 || answer.status == 500 || answer.status > 504)
        FAIL("status " << answer.status);
    }
  }
  CHECK(served.get("/v1/nodes").status == 200);
}

}  // namespace laws_of_malformed_requests
