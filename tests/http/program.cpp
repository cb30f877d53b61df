// `duroxide serve` and `duroxide token`, with curl as the client.
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

namespace laws_of_the_serving_program {

using namespace duroxide;
using namespace duroxide::testing_support;

namespace {

// The program while it serves; it is interrupted with this object.
class serving_program {
public:
  serving_program(const named_store& store, std::vector<std::string> options)
      : complaints_(store.file("complaints")) {
    options.insert(options.begin(),
                   {DUROXIDE_COMMAND, "--store", store.url(), "serve", "--listen", "127.0.0.1:0"});
    std::vector<char*> arguments;
    for (std::string& each : options) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    std::array<int, 2> output{};
    REQUIRE(pipe(output.data()) == 0);
    process_ = fork();
    if (process_ == 0) {
      dup2(output[1], STDOUT_FILENO);
      dup2(open(complaints_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      close(output[0]);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    close(output[1]);
    line_ = first_line(output[0]);
    close(output[0]);
  }
  ~serving_program() { stop(SIGKILL); }

  const std::string& line() const { return line_; }
  std::string url() const {
    const auto begin = line_.find("http");
    return begin == line_.npos ? "" : line_.substr(begin);
  }
  std::string complaints() const {
    std::ifstream file(complaints_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Its exit code.
  int stop(int signal) {
    if (process_ <= 0) return -1;
    kill(process_, signal);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

private:
  static std::string first_line(int from) {
    std::string line;
    for (char c = 0; ::read(from, &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }

  std::string complaints_;
  std::string line_;
  pid_t process_ = -1;
};

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> from(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 4096> part{};
  while (std::size_t count = fread(part.data(), 1, part.size(), from.get())) text.append(part.data(), count);
  return text;
}

std::string curl(const std::string& arguments) {
  return output_of("curl --silent --show-error --max-time 20 " + arguments + " 2>&1");
}

}  // namespace

LAW("the program serves until it is interrupted, and curl gets what it asks for") {
  const named_store store;
  serving_program program(store, {});
  REQUIRE(program.line().starts_with("Serving "));
  const std::string url = program.url();
  const std::string started =
      curl("-i -H 'Content-Type: application/json' -d '{\"orchestration\": \"O\", \"id\": \"a\"}' " + url +
           "/v1/instances");
  CHECK_THAT(started, Catch::Contains("201 Created") && Catch::Contains("Location: /v1/instances/a"));
  CHECK(boost::json::parse(curl(url + "/v1/instances/a")).at("id") == "a");
  CHECK_THAT(curl("-i " + url + "/v1/instances/b"), Catch::Contains("404 Not Found"));
  CHECK_THAT(curl("-i -X POST " + url + "/v1/instances/a/cancel"), Catch::Contains("200 OK"));
  const std::string large = store.file("large");
  write_file(large, "\"" + std::string(900'000, 'x') + "\"");
  CHECK_THAT(curl("-i -H 'Content-Type: application/json' -H 'Expect: 100-continue' --data-binary @" + large +
                  " " + url + "/v1/instances/a/events/e"),
             Catch::Contains("HTTP/1.1 100 Continue") && Catch::Contains("HTTP/1.1 200 OK"));
  CHECK(program.stop(SIGTERM) == 0);
  CHECK_THAT(program.complaints(), Catch::Contains("audit: anonymous from 127.0.0.1: start a: 201\n") &&
                                       Catch::Contains("audit: anonymous from 127.0.0.1: cancel a: 200\n"));
}

LAW("an interrupt ends the program while a client waits, and the client is told") {
  const named_store store;
  client(store.open()).start({"O", "a", "1"});
  serving_program program(store, {});
  http_connection waiting(
      static_cast<std::uint16_t>(std::stoi(program.url().substr(program.url().rfind(':') + 1))));
  REQUIRE(waiting.send(wire_text_of({"GET", "/healthz"}) +
                       wire_text_of({"GET", "/v1/instances/a/result?wait=60s"})));
  REQUIRE(waiting.read().status == 200);
  CHECK(program.stop(SIGINT) == 0);
  const auto answer = waiting.read();
  CHECK((answer.status == 503 || answer.status == 0));
}

LAW("tokens of the program open what their roles may do, by TLS") {
  const named_store store;
  const auto made = run_duroxide({"token", "ada", "operate", "--output", "json"}, {}).json();
  const std::string secret(made.at("token").as_string());
  write_file(store.file("tokens"), std::string(made.at("line").as_string()) + "\n");
  const std::string key = store.file("key.pem");
  const std::string certificate = store.file("certificate.pem");
  output_of("openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext "
            "subjectAltName=IP:127.0.0.1 "
            "-keyout " +
            key + " -out " + certificate + " 2>&1");
  serving_program program(store,
                          {"--tokens", store.file("tokens"), "--certificate", certificate, "--key", key});
  const std::string trusting = "-i --cacert " + certificate + " ";
  REQUIRE(program.url().starts_with("https://"));
  CHECK_THAT(curl(trusting + program.url() + "/v1/nodes"), Catch::Contains("401 Unauthorized"));
  const std::string with_token = trusting + "-H 'Authorization: Bearer " + secret + "' ";
  CHECK_THAT(curl(with_token + program.url() + "/v1/nodes"), Catch::Contains("200 OK"));
  CHECK_THAT(curl(with_token + "-X DELETE " + program.url() + "/v1/instances/a"),
             Catch::Contains("403 Forbidden"));
  CHECK_THAT(curl(program.url() + "/v1/nodes"), Catch::Contains("certificate"));
  // What is no TLS at all is dropped.
  http_connection plain(
      static_cast<std::uint16_t>(std::stoi(program.url().substr(program.url().rfind(':') + 1))));
  REQUIRE(plain.send(wire_text_of({"GET", "/v1/nodes"})));
  CHECK(plain.read().status == 0);
  CHECK(program.stop(SIGTERM) == 0);
}

LAW("the program tells how to serve") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"help", "serve"}, {"serve", "--help"}}) {
    const auto help = run_duroxide(words, {});
    CHECK(help.exit_code == 0);
    CHECK_THAT(help.output,
               Catch::Contains("Usage: duroxide serve [OPTION]...") && Catch::Contains("--tokens FILE"));
  }
  CHECK_THAT(run_duroxide({"help"}, {}).output, Catch::Contains("  serve ") && Catch::Contains("  token "));
  CHECK_THAT(run_duroxide({"completion", "bash"}, {}).output, Catch::Contains("serve) words=' --listen"));
  CHECK_THAT(run_duroxide({"manual"}, {}).output, Catch::Contains(".B \\-\\-listen ADDRESS:PORT"));
}

LAW("options that are wrong are refused, with what to do") {
  const named_store store;
  const auto refused = [&](std::vector<std::string> words, const std::string& says) {
    const auto done = store.run(words);
    INFO(done.complaints);
    CHECK(done.exit_code == 2);
    CHECK_THAT(done.complaints, Catch::Contains(says));
  };
  refused({"serve", "now"}, "one word too many");
  refused({"serve", "--listn", "x"}, "Did you mean '--listen'?");
  refused({"serve", "--listen", "localhost"}, "ADDRESS:PORT");
  refused({"serve", "--listen", "nowhere:80"}, "must be an IPv4 or IPv6 address");
  refused({"serve", "--listen", "0.0.0.0:0"}, "--insecure");
  refused({"serve", "--tokens", "/nowhere"}, "cannot be read");
  refused({"serve", "--read-only", "--read-only"}, "given twice");
  refused({"token", "ada"}, "a name and a role");
  refused({"token", "ada", "root"}, "read, operate, admin");
  CHECK(run_duroxide({"--store", "sqlite:" + store.file("missing.db"), "serve"}, {}).exit_code == 5);
}

}  // namespace laws_of_the_serving_program
