// Which file a path means: the one that it named when the store was opened.
#include "duroxide/open_store.hpp"
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/location.hpp"
#include "persistence/store_failure.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <filesystem>
#include <thread>

namespace laws_of_locations {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence_tests::temporary_folder;

namespace fs = std::filesystem;

namespace {

// Goes back in the end.
class in_folder {
public:
  explicit in_folder(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
  in_folder(const in_folder&) = delete;
  in_folder& operator=(const in_folder&) = delete;
  ~in_folder() { fs::current_path(before_); }

private:
  fs::path before_;
};

std::string located(const std::string& given) {
  const auto found = persistence::attempt("open", [&] { return persistence::sqlite::locate(given); });
  return found ? found->name + " = " + found->path : found.error().message;
}

// Two at a time, so that a second connection for reading is made.
void read_by_two(provider& store) {
  std::thread other([&] {
    for (int i = 0; i < 20; ++i) CHECK(store.status("a").value().status == runtime_status::running);
  });
  for (int i = 0; i < 20; ++i) CHECK(store.status("a").value().status == runtime_status::running);
  other.join();
}

// A database in which "a" has ended, for those who read the wrong one.
void make_another(const fs::path& folder) {
  fs::create_directories(folder);
  const auto other = sqlite_provider::open((folder / "app.db").string());
  const auto node = other->join({"other", {}, {}}).value().node;
  const auto writer = other->open_writer(node, 0).value();
  writer->commit(batch_of({first_turn("a")})).value();
  writer->commit(batch_of({last_turn("a", 3)})).value();
  other->leave(node).value();
}

void work_in(provider& store) {
  const auto node = store.join({"tester", {}, {}}).value().node;
  const auto writer = store.open_writer(node, 0).value();
  const auto watch = store.watch(watch_scope::everything).value();
  writer->commit(batch_of({first_turn("a")})).value();
  read_by_two(store);
  CHECK(store.post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(outline(store.fetch_undelivered(node, "", end_of_time, 10, {}).value().messages) == "go");
  CHECK(store.administration().list({}).value().instances.size() == 1);
  store.leave(node).value();
}

}  // namespace

LAW("a store stays the file that was opened, wherever the process goes") {
  const temporary_folder folder;
  make_another(folder.path() / "elsewhere");
  fs::create_directory(folder.path() / "empty");
  for (const std::string url : {"sqlite:app.db", "sqlite:./../x/app.db", "sqlite:file:app.db?mode=rwc"}) {
    for (const auto* next : {"elsewhere", "empty"}) {
      INFO(url << " " << next);
      fs::remove_all(folder.path() / "x");
      fs::create_directory(folder.path() / "x");
      const in_folder back(folder.path() / "x");
      const auto store = open_store(url);
      CHECK(store->description() ==
            "sqlite:" + fs::absolute(url == "sqlite:./../x/app.db" ? "./../x/app.db" : "app.db").string());
      fs::current_path(folder.path() / next);
      work_in(*store);
      CHECK(fs::exists(folder.path() / "x/app.db-lock"));
      CHECK(fs::is_empty(folder.path() / "empty"));
    }
  }
}

LAW("a store that is read only stays the file that was opened, too") {
  const temporary_folder folder;
  make_another(folder.path() / "x");
  const in_folder back(folder.path() / "x");
  const auto store = open_store_for_reading("sqlite:app.db");
  fs::current_path(folder.path());
  std::thread other([&] { CHECK(store->status("a").value().status == runtime_status::completed); });
  CHECK(store->status("a").value().status == runtime_status::completed);
  other.join();
}

LAW("a store stays the file that was opened, whatever becomes of the links that led to it") {
  const temporary_folder folder;
  make_another(folder.path() / "elsewhere");
  fs::create_directory(folder.path() / "first");
  fs::create_directory_symlink(folder.path() / "first", folder.path() / "current");
  fs::create_symlink(folder.path() / "current/app.db", folder.path() / "link.db");
  const auto store = sqlite_provider::open(folder.file("link.db"));
  fs::remove(folder.path() / "current");
  fs::create_directory_symlink(folder.path() / "elsewhere", folder.path() / "current");
  fs::remove(folder.path() / "link.db");
  work_in(*store);
  CHECK(fs::exists(folder.path() / "first/app.db-lock"));
}

LAW("a path becomes absolute, and a URI keeps its parameters") {
  const temporary_folder folder;
  fs::create_directory(folder.path() / "50% #?");
  const in_folder back(folder.path() / "50% #?");
  const std::string here = fs::current_path().string();
  const std::string encoded = fs::current_path().parent_path().string() + "/50%25 %23%3f/";
  CHECK(located("a.db") == here + "/a.db = " + here + "/a.db");
  CHECK(located("/x/a.db") == "/x/a.db = /x/a.db");
  CHECK(located("file:a.db") == "file://" + encoded + "a.db = " + here + "/a.db");
  CHECK(located("file:a%20b.db?mode=rw#x") == "file://" + encoded + "a b.db?mode=rw#x = " + here + "/a b.db");
  CHECK(located("file:///x/a.db?cache=private") == "file:///x/a.db?cache=private = /x/a.db");
  CHECK(located("file://localhost/x/a.db") == "file:///x/a.db = /x/a.db");
  CHECK(located("file:////x/a.db") == "file:////x/a.db = //x/a.db");
  CHECK_THAT(located("file://server/x/a.db"), Catch::Contains("on this machine"));
  CHECK_THAT(located("file::memory:"), Catch::Contains("in memory"));
  CHECK_THAT(located("file:x?mode=memory"), Catch::Contains("in memory"));
  CHECK_THAT(located("file:"), Catch::Contains("the path is empty"));
  CHECK_THAT(located("file:a%00.db"), Catch::Contains("NUL"));
  CHECK_THAT(located(""), Catch::Contains("the path is empty"));
  fs::remove(fs::current_path());
  CHECK_THAT(located("a.db"), Catch::Contains("give an absolute path"));
  CHECK(located("/x/a.db") == "/x/a.db = /x/a.db");
}

}  // namespace laws_of_locations
