// Who can get at the file beside a database by which its members know who lives.
#include "persistence/sqlite/member_lock.hpp"

#include "duroxide/sqlite_provider.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace laws_of_member_lock {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence::sqlite::member_lock;
using duroxide::persistence_tests::temporary_folder;

namespace fs = std::filesystem;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// What joining says: "KIND MESSAGE", or "joined".
std::string outcome_of_joining(const std::string& database) {
  const auto joined = sqlite_provider::open(database)->join({"tester", {}, {}});
  if (joined) return "joined";
  return std::string(to_string(joined.error().kind)) + " " + joined.error().message;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

LAW("whoever may only read a database cannot open its lock file, and whoever may write to it can") {
  struct {
    mode_t database;
    mode_t lock;
  } const all[] = {{0644, 0600}, {0600, 0600}, {0664, 0660}, {0660, 0660}, {0666, 0666}};
  for (const mode_t mask : {0000, 0022, 0077}) {
    for (const auto& each : all) {
      const temporary_folder folder;
      const std::string database = folder.file("test.db");
      REQUIRE_NOTHROW(sqlite_provider::open(database));
      REQUIRE(::chmod(database.c_str(), each.database) == 0);
      const mode_t before = ::umask(mask);
      CHECK(outcome_of_joining(database) == "joined");
      ::umask(before);
      CHECK(mode_of(database + "-lock") == each.lock);
    }
  }
}

LAW("a lock file that is open to more or to fewer than may write to its database is mended by who joins") {
  const temporary_folder folder;
  const std::string database = folder.file("test.db");
  const auto store = sqlite_provider::open(database);
  REQUIRE(store->join({"tester", {}, {}}).has_value());
  REQUIRE(::chmod((database + "-lock").c_str(), 0644) == 0);
  REQUIRE(::chmod(database.c_str(), 0660) == 0);
  REQUIRE(store->join({"tester", {}, {}}).has_value());
  CHECK(mode_of(database + "-lock") == 0660);
}

LAW("root makes the lock file of a database for its owner") {
  if (::geteuid() != 0) return;  // nobody else can give files away
  const temporary_folder folder;
  const std::string database = folder.file("test.db");
  REQUIRE_NOTHROW(sqlite_provider::open(database));
  REQUIRE(::chown(database.c_str(), 12345, 23456) == 0);
  CHECK(outcome_of_joining(database) == "joined");
  struct stat found {};
  REQUIRE(::stat((database + "-lock").c_str(), &found) == 0);
  CHECK(found.st_uid == 12345);
  CHECK(found.st_gid == 23456);
}

LAW("a link in the place of the lock file is not followed") {
  const temporary_folder folder;
  const std::string database = folder.file("test.db");
  const std::string precious = folder.file("precious");
  for (const bool exists : {true, false}) {
    fs::remove(precious);
    fs::remove(database + "-lock");
    if (exists) write(precious, "");
    fs::create_symlink(precious, database + "-lock");
    const std::string answer = outcome_of_joining(database);
    CHECK(has(answer, "store_unavailable"));
    CHECK(has(answer, "-lock' is not the lock file of the database: it is a symbolic link"));
    CHECK(fs::exists(precious) == exists);
    CHECK(content_of(precious).empty());
  }
}

LAW("what lies in the place of the lock file is not written to") {
  const temporary_folder folder;
  const std::string database = folder.file("test.db");
  write(database + "-lock", "precious");
  REQUIRE(::chmod((database + "-lock").c_str(), 0644) == 0);
  CHECK(has(outcome_of_joining(database), "another program has written it"));
  CHECK(content_of(database + "-lock") == "precious");
  CHECK(mode_of(database + "-lock") == 0644);

  fs::remove(database + "-lock");
  REQUIRE(::mkfifo((database + "-lock").c_str(), 0600) == 0);
  CHECK(has(outcome_of_joining(database), "it is no file"));

  fs::remove(database + "-lock");
  CHECK(outcome_of_joining(database) == "joined");
}

LAW("opening the lock file takes nothing away from it, and each join makes it longer") {
  const temporary_folder folder;
  const std::string database = folder.file("test.db");
  write(database, "");
  member_lock one(database);
  one.count_join();
  one.count_join();
  member_lock other(database);
  CHECK(other.joins() == 2);
  other.count_join();
  one.count_join();
  CHECK(one.joins() == 4);
  CHECK(content_of(database + "-lock") == std::string(4, '\0'));
}

LAW("a program that this one starts does not get the lock file") {
  const temporary_folder folder;
  const std::string database = folder.file("test.db");
  const auto store = sqlite_provider::open(database);
  REQUIRE(store->join({"tester", {}, {}}).has_value());
  int seen = 0;
  for (const auto& each : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (fs::read_symlink(each.path(), gone) != fs::canonical(database + "-lock")) continue;
    ++seen;
    CHECK((::fcntl(std::stoi(each.path().filename()), F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(seen == 1);
}

}  // namespace laws_of_member_lock
