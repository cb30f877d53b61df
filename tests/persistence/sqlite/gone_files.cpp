// A database file that is removed, moved or replaced under a process that has it open.
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/database.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace laws_of_gone_files {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence_tests::temporary_folder;
using std::chrono_literals::operator""s;

namespace fs = std::filesystem;

namespace {

struct disturbance {
  std::string name;
  std::function<void(const fs::path& file)> does;
};

fs::path beside(const fs::path& file, const char* suffix) { return file.string() + suffix; }

void copy_of(const fs::path& file, const fs::path& to) {
  persistence::sqlite::database(file.string(), SQLITE_OPEN_READWRITE)
      .run_script("vacuum into '" + to.string() + "'");
}

const std::vector<disturbance>& disturbances() {
  static const std::vector<disturbance> all{
      {"removed", [](const fs::path& file) { fs::remove(file); }},
      {"removed with its log",
       [](const fs::path& file) {
         for (const auto* each : {"", "-wal", "-shm"}) fs::remove(beside(file, each));
       }},
      {"moved", [](const fs::path& file) { fs::rename(file, beside(file, ".old")); }},
      {"replaced",
       [](const fs::path& file) {
         copy_of(file, beside(file, ".new"));
         fs::rename(beside(file, ".new"), file);
       }},
      {"replaced by something else",
       [](const fs::path& file) {
         fs::remove(file);
         fs::create_directory(file);
       }},
      {"emptied", [](const fs::path& file) { fs::resize_file(file, 0); }},
      {"without its log", [](const fs::path& file) { fs::remove(beside(file, "-wal")); }},
      {"with another log",
       [](const fs::path& file) {
         fs::copy_file(beside(file, "-wal"), beside(file, ".copy"));
         fs::rename(beside(file, ".copy"), beside(file, "-wal"));
       }},
      {"without its index", [](const fs::path& file) { fs::remove(beside(file, "-shm")); }},
      {"in a folder that was moved",
       [](const fs::path& file) { fs::rename(file.parent_path(), beside(file.parent_path(), ".old")); }},
      {"in a folder that was removed", [](const fs::path& file) { fs::remove_all(file.parent_path()); }},
  };
  return all;
}

// A store with a node in it, in a folder of its own.
struct opened_store {
  temporary_folder folder;
  fs::path file = folder.path() / "above" / "data" / "app.db";
  std::shared_ptr<provider> store;
  std::uint64_t node = 0;
  std::unique_ptr<store_writer> writer;

  opened_store() {
    fs::create_directories(file.parent_path());
    store = sqlite_provider::open(file.string());
    node = store->join({"tester", {}, {}}).value().node;
    writer = store->open_writer(node, 0).value();
    writer->commit(batch_of({first_turn("a")})).value();
  }
};

// "FATE KIND", or what was done.
template <class T> std::string outcome(const stored<T>& answer) {
  if (answer) return "done";
  const bool broken = answer.error().certainty == commit_certainty::broken;
  return std::string(broken ? "broken " : "other ") + std::string(to_string(answer.error().kind));
}

}  // namespace

LAW("nothing is acknowledged once a file of the database is gone") {
  for (const disturbance& each : disturbances()) {
    INFO(each.name);
    opened_store opened;
    const std::string gone = "broken store_gone";
    each.does(opened.file);
    const auto refused = opened.writer->commit(batch_of({turn_of("a", 3)}));
    CHECK(outcome(refused) == gone);
    CHECK_THAT(refused.error().message, Catch::Contains(opened.file.string()) &&
                                            Catch::Contains("while this process had the database open"));
    CHECK(outcome(opened.store->start(start_of("b"), false)) == gone);
    CHECK(outcome(opened.store->post(event_for("a", "go"))) == gone);
    CHECK(outcome(opened.store->status("a")) == gone);
    CHECK(outcome(opened.store->administration().list({})) == gone);
    CHECK(outcome(opened.store->join({"another", {}, {}})) == gone);
    CHECK(outcome(opened.store->leave(opened.node)) == gone);
  }
}

LAW("a question is not answered from a file that is gone") {
  for (const disturbance& each : disturbances()) {
    const bool is_of_the_file = each.name.find(" its ") == each.name.npos && each.name != "with another log";
    if (!is_of_the_file && each.name != "removed with its log") continue;
    INFO(each.name);
    const opened_store opened;
    each.does(opened.file);
    CHECK(outcome(opened.store->status("a")) == "broken store_gone");
  }
}

LAW("no file is made in the place of one that is gone") {
  const opened_store opened;
  for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(beside(opened.file, suffix));
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) readers.emplace_back([&] { (void)opened.store->load("a").has_value(); });
  for (auto& each : readers) each.join();
  (void)opened.store->join({"another", {}, {}}).has_value();
  CHECK_FALSE(fs::exists(opened.file));
}

LAW("a file that comes back is not the one that was open") {
  opened_store opened;
  fs::rename(opened.file, beside(opened.file, ".old"));
  CHECK_FALSE(opened.store->status("a"));
  fs::rename(beside(opened.file, ".old"), opened.file);
  CHECK(outcome(opened.writer->commit(batch_of({turn_of("a", 3)}))) == "broken store_gone");
  opened.writer.reset();
  opened.store = sqlite_provider::open(opened.file.string());
  CHECK(opened.store->status("a").value().status == runtime_status::running);
}

LAW("whoever waits for changes of a file is told that it is gone") {
  for (const disturbance& each : disturbances()) {
    if (each.name == "emptied") continue;  // the kernel tells of it as of a checkpoint
    INFO(each.name);
    const opened_store opened;
    const auto watch = opened.store->watch(watch_scope::others).value();
    each.does(opened.file);
    CHECK(watch->wait(20s));
  }
}

LAW("whoever waits for changes is told that a folder further up was moved") {
  const opened_store opened;
  const auto watch = opened.store->watch(watch_scope::others).value();
  fs::rename(opened.folder.path() / "above", opened.folder.path() / "below");
  CHECK(watch->wait(20s));
  CHECK(outcome(opened.store->status("a")) == "broken store_gone");
}

LAW("other rights, and what others do by SQLite, are no reason to stop") {
  opened_store opened;
  fs::permissions(opened.file, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  persistence::sqlite::database other(opened.file.string(), SQLITE_OPEN_READWRITE);
  for (const auto* statement :
       {"pragma wal_checkpoint(truncate)", "vacuum", "reindex", "pragma wal_checkpoint"})
    other.run_script(statement);
  CHECK(outcome(opened.writer->commit(batch_of({turn_of("a", 3)}))) == "done");
  CHECK(outcome(opened.store->status("a")) == "done");
}

LAW("a node whose lock file was removed joins anew, and so is seen again") {
  for (const bool replaced : {false, true}) {
    const opened_store opened;
    const auto watch = opened.store->watch(watch_scope::others).value();
    fs::remove(beside(opened.file, "-lock"));
    if (replaced) std::ofstream(beside(opened.file, "-lock")).flush();
    CHECK(watch->wait(20s));
    CHECK(opened.store->next_heartbeat_in(opened.node).has_value());
    const auto heartbeat_result = opened.store->heartbeat(opened.node, {});
    REQUIRE_FALSE(heartbeat_result);
    CHECK(heartbeat_result.error().certainty == commit_certainty::fenced);
    CHECK_THAT(heartbeat_result.error().message, Catch::Contains("-lock' was removed or replaced"));
    opened.store->leave(opened.node).value();
    CHECK_FALSE(opened.store->join({"again", {}, {}}).value().shards.empty());
    CHECK(sqlite_provider::open(opened.file.string())->join({"other", {}, {}}).value().shards.empty());
  }
}

}  // namespace laws_of_gone_files
