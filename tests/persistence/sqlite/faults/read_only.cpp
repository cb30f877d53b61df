// Places where nothing may be written. A user like root may write anywhere, so the disk refuses by itself.
#include "tests/persistence/sqlite/faults/observing.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>

using namespace duroxide;
using namespace duroxide::persistence_tests;

namespace {

std::string refusal(const std::string& path) {
  try {
    sqlite_provider::open(path);
  } catch (const infrastructure_error& e) {
    return std::string(to_string(e.kind())) + " " + e.what();
  }
  return "opened";
}

// A store that was closed, as after leaving it.
disk_image closed_store() {
  faulty_disk disk;
  live_through(disk, working_day());
  return disk.files();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

LAW("a store that may only be read is refused with what to do, and left as it is") {
  faulty_disk disk;
  const std::string path = disk.file(store_name);
  const disk_image store = closed_store();
  for (const auto access :
       {disk_access::file_read_only, disk_access::folder_read_only, disk_access::all_read_only}) {
    disk.put(store);
    disk.allow(access);
    const std::string answer = refusal(path);
    INFO(answer);
    CHECK(answer.starts_with("store_unavailable open: sqlite:" + path + ": "));
    CHECK((has(answer, "ake the file and its folder writable")));
    CHECK(disk.files() == store);
    disk.heal();
    CHECK(refusal(path) == "opened");
  }
}

LAW("a new store in a folder that may only be read is refused with what to do") {
  faulty_disk disk;
  const std::string path = disk.file(store_name);
  for (const auto access : {disk_access::folder_read_only, disk_access::all_read_only}) {
    disk.put({});
    disk.allow(access);
    const std::string answer = refusal(path);
    INFO(answer);
    CHECK(answer.starts_with("store_unavailable open: sqlite:" + path + ": "));
    CHECK(has(answer, "Check that the folder exists and that this user may write in it."));
    CHECK(disk.files().empty());
  }
}

LAW("a file system that becomes read-only fails each commit, and when it is writable again all goes on") {
  faulty_disk disk;
  const std::string path = disk.file(store_name);
  disk.put({});
  process worker{path};
  for (const step& each : {opening(), joining(), opening_writer()})
    REQUIRE_FALSE(each.run(worker).has_value());
  const std::string before = contents(*worker.store->reading());
  for (int tries = 0; tries < 2; ++tries) {
    disk.allow(disk_access::all_read_only);
    const auto refused = worker.writer->commit(a_new_instance("a"));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.starts_with("commit: sqlite:" + path + ": "));
    CHECK(has(refused.error().message, "Check the disk and the system log; then try again."));
    CHECK(worker.client->status("a").value().status == runtime_status::not_found);
    disk.heal();
    CHECK(contents(*worker.store->reading()) == before);
  }
  CHECK(worker.writer->commit(a_new_instance("a")).has_value());
}

LAW("a lock file that cannot be made is named") {
  const temporary_folder folder;
  const std::string path = folder.file("store.db");
  const auto store = sqlite_provider::open(path);
  std::filesystem::create_directory(path + "-lock");
  const auto refused = store->join({"tester", {}, {}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::not_done);
  CHECK(refused.error().message.starts_with("join: sqlite:" + path + ": the file '" + path +
                                            "-lock' cannot be locked: "));
  CHECK(has(refused.error().message, "Make it and its folder writable for this user."));
}
