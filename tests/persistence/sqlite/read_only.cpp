// A look at a file that others use.
#include "duroxide/open_store.hpp"
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/migrations.hpp"
#include "persistence/sqlite/schema.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace laws_of_read_only {

using namespace duroxide;
using namespace duroxide::conformance;
using Catch::Contains;
using duroxide::persistence_tests::temporary_folder;

namespace sqlite = duroxide::persistence::sqlite;

namespace {

std::string content_of(const std::string& file) {
  std::ifstream from(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(from), {}};
}

std::string why_not(const std::string& file) {
  try {
    open_store_for_reading("sqlite:" + file);
  } catch (const infrastructure_error& e) {
    return std::string(to_string(e.details().kind)) + " " + e.what();
  }
  return "";
}

std::set<std::string> files_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(folder)) names.insert(each.path().filename());
  return names;
}

void write_one(const std::string& file) {
  const auto store = sqlite_provider::open(file);
  const auto node = store->join({"n", {}, {}}).value();
  const auto writer = store->open_writer(node.node, 0).value();
  REQUIRE(writer->commit(batch_of({first_turn("a")})).has_value());
}

}  // namespace

LAW("a file that is opened for reading only is read, beside its owner and without, and stays as it is") {
  const temporary_folder folder;
  const std::string file = folder.file("a.db");
  write_one(file);
  const std::string before = content_of(file);
  const auto files = files_in(std::filesystem::path(file).parent_path());
  CHECK(open_store_for_reading("sqlite:" + file)->load("a").value().has_value());
  CHECK(content_of(file) == before);
  CHECK(files_in(std::filesystem::path(file).parent_path()) == files);

  const auto owner = sqlite_provider::open(file);
  const auto node = owner->join({"n", {}, {}}).value();
  const auto writer = owner->open_writer(node.node, 0).value();
  const auto reader = open_store_for_reading("sqlite:" + file);
  REQUIRE(writer->commit(batch_of({first_turn("b")})).has_value());
  CHECK(reader->load("b").value().has_value());
}

LAW("what would write or wait is refused by a store that is opened for reading only") {
  const temporary_folder folder;
  write_one(folder.file("a.db"));
  const auto reader = open_store_for_reading("sqlite:" + folder.file("a.db"));
  const auto posted = reader->post(event_for("a", "go"));
  REQUIRE_FALSE(posted.has_value());
  CHECK(posted.error().kind == error_kind::store_unavailable);
  CHECK_THAT(posted.error().message, Contains("opened for reading only"));
  CHECK_FALSE(reader->join({"n", {}, {}}).has_value());
  CHECK_FALSE(reader->watch(watch_scope::others).has_value());
}

LAW("a file that only its owner may change can be read by others") {
  const temporary_folder folder;
  const std::string file = folder.file("a.db");
  write_one(file);
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  CHECK(open_store_for_reading("sqlite:" + file)->load("a").value().has_value());
}

LAW("for reading only, a file is neither made nor migrated") {
  const temporary_folder folder;
  CHECK_THAT(why_not(folder.file("none.db")),
             Contains("store_unavailable") && Contains("there is no database to read"));
  CHECK_FALSE(std::filesystem::exists(folder.file("none.db")));

  const std::string old = folder.file("old.db");
  {
    sqlite::database db(old, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    db.run_script(std::string(sqlite::migrations()[0]));
    db.run_script("pragma application_id = " + std::to_string(sqlite::application_id) +
                  "; pragma user_version = 1");
  }
  const std::string before = content_of(old);
  CHECK_THAT(why_not(old), Contains("store_incompatible") && Contains("schema version 1") &&
                               Contains("opened for reading only"));
  CHECK(content_of(old) == before);

  std::ofstream(folder.file("empty.db"));
  CHECK_THAT(why_not(folder.file("empty.db")), Contains("store_incompatible"));
  CHECK(std::filesystem::file_size(folder.file("empty.db")) == 0);
}

LAW("there is nothing to read in a database in memory") {
  CHECK_THROWS_AS(open_store_for_reading("sqlite::memory:"), configuration_error);
}

}  // namespace laws_of_read_only
