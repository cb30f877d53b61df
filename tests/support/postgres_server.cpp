#include "tests/support/postgres_server.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace duroxide::testing_support {

namespace fs = std::filesystem;

namespace {

// The server may run as another user, who has to get in.
fs::path new_folder() {
  std::string pattern = (fs::temp_directory_path() / "duroxide-server-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder could be made: " + pattern);
  fs::permissions(pattern, fs::perms(0755));
  return pattern;
}

std::string content_of(const std::string& file) {
  std::ifstream from(file);
  return {std::istreambuf_iterator<char>(from), {}};
}

// Returns what it answers, without what it complains about. Both go to files beside the folder's data, since
// a server that was started keeps its outputs open.
std::string ask_script(const std::string& verb, const fs::path& folder, const std::string& more) {
  const bool removes = verb == "remove";
  const std::string answer = removes ? "/dev/null" : (folder / "control.out").string();
  const std::string complaints = removes ? "/dev/null" : (folder / "control.err").string();
  const std::string command = std::string("'") + DUROXIDE_POSTGRES_SCRIPT + "' " + verb + " '" +
                              folder.string() + "' " + more + " >'" + answer + "' 2>'" + complaints +
                              "' </dev/null";
  if (std::system(command.c_str()) != 0)
    throw std::runtime_error("tests/support/postgres " + verb + " failed: " + content_of(complaints));
  std::string text = content_of(answer);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

postgres_server::postgres_server() : folder_(new_folder()) {
  try {
    control("start");
    std::ifstream(folder_ / "port") >> port_;
    url_ = "postgresql://duroxide@/postgres?host=" + folder_.string() + "&port=" + port_;
  } catch (const std::exception&) {
    fs::remove_all(folder_);
    throw;
  }
}

postgres_server::~postgres_server() {
  try {
    control("remove");
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
  }
}

std::string postgres_server::tcp_url(const std::string& user, const std::string& password,
                                     const std::string& database) const {
  return "postgresql://" + user + (password.empty() ? "" : ":" + password) + "@127.0.0.1:" + port_ + "/" +
         database;
}

void postgres_server::go_back(bool as_standby) {
  if (as_standby) std::ofstream(folder_ / "copy" / "standby.signal");
  control("go-back");
}

std::string postgres_server::control(const std::string& verb, const std::string& mode) const {
  return ask_script(verb, folder_, mode);
}

standby::standby(const postgres_server& primary) : folder_(new_folder()) {
  try {
    url_ = primary.control("standby", folder_.string());
  } catch (const std::exception&) {
    fs::remove_all(folder_);
    throw;
  }
}

standby::~standby() {
  try {
    ask_script("remove", folder_, "");
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
  }
}

pooler::pooler(const postgres_server& behind, std::string mode) : behind_(behind), mode_(std::move(mode)) {
  url_ = behind_.control("pooler", mode_);
}

pooler::~pooler() {
  try {
    behind_.control("stop-pooler", mode_);
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
  }
}

postgres_server& private_server() {
  static postgres_server server;
  return server;
}

}  // namespace duroxide::testing_support
