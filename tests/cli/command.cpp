#include "tests/cli/command.hpp"

#include "duroxide/open_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/postgres_schema.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace duroxide::testing_support {

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& each : texts) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

outcome run_duroxide(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                     const std::string& input) {
  const temporary_folder folder;
  const std::string given = folder.file("in");
  const std::string out = folder.file("out");
  const std::string complaints = folder.file("complaints");
  std::ofstream(given, std::ios::binary) << input;
  std::vector<std::string> command{DUROXIDE_COMMAND};
  command.insert(command.end(), words.begin(), words.end());
  std::vector<std::string> variables = environment;
  const auto arguments = pointers_to(command);
  const auto settings = pointers_to(variables);
  const pid_t process = fork();
  if (process == 0) {
    dup2(open(given.c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open(out.c_str(), O_WRONLY | O_CREAT, 0600), STDOUT_FILENO);
    dup2(open(complaints.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    execve(arguments[0], arguments.data(), settings.data());
    _exit(127);
  }
  int status = 0;
  waitpid(process, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(complaints)};
}

named_store::named_store(bool is_made) {
  if (store_kind() == "PostgreSQL") {
    schema_ = std::make_unique<postgres_schema>();
    url_ = postgres_url();
    url_ += (url_.find('?') == url_.npos ? "?schema=" : "&schema=") + schema_->name();
  } else {
    url_ = "sqlite:" + folder_.file("test.db");
  }
  if (is_made) open();
}

named_store::~named_store() = default;

std::shared_ptr<provider> named_store::open() const { return open_store(url_); }

outcome named_store::run(const std::vector<std::string>& words, const std::string& input) const {
  return run_duroxide(words, {"DUROXIDE_STORE=" + url_, "TZ=UTC", "DUROXIDE_PROFILES=" + file("profiles")},
                      input);
}

boost::json::value named_store::json(std::vector<std::string> words) const {
  words.insert(words.end(), {"--output", "json"});
  const outcome done = run(words);
  INFO(done.complaints);
  REQUIRE(done.exit_code == 0);
  return done.json();
}

}  // namespace duroxide::testing_support
