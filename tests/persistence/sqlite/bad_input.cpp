// Paths and files that cannot be a store: each is refused with its reason, and left as it is.
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/database.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <iterator>
#include <set>

namespace laws_of_bad_input {

using namespace duroxide;
using duroxide::persistence::sqlite::database;
using duroxide::persistence_tests::temporary_folder;

namespace {

std::string refusal(const std::string& path) {
  try {
    sqlite_provider::open(path);
  } catch (const infrastructure_error& e) {
    return std::string(to_string(e.kind())) + " " + e.what();
  }
  return "opened";
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run_sql(const std::string& path, const std::string& sql) {
  database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE).run_script(sql);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The file as it was, and nothing beside it.
bool is_untouched(const temporary_folder& folder, const std::string& path, const std::string& content) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    files.insert(entry.path().string());
  return files == std::set{path} && content_of(path) == content;
}

}  // namespace

LAW("a path that no file can have is refused") {
  const temporary_folder folder;
  CHECK(refusal("") ==
        "store_unavailable open: sqlite:: the path is empty; give the path of the database file");
  CHECK(has(refusal(":memory:"), "use sqlite_provider::open_in_memory()"));
  CHECK(has(refusal(std::string("a\0b", 3)), "NUL"));
  CHECK(refusal(folder.path().string()) == "store_unavailable open: sqlite:" + folder.path().string() +
                                               ": this is a folder; give the path of a file in it");
  const std::string missing = (folder.path() / "no" / "such" / "folder.db").string();
  CHECK(refusal(missing) == "store_unavailable open: sqlite:" + missing + ": there is no folder '" +
                                (folder.path() / "no" / "such").string() +
                                "'; make it first, or correct the path");
  CHECK(std::filesystem::is_empty(folder.path()));
}

LAW("a place where nobody may write is refused") {
  const std::string answer = refusal("/proc/duroxide.db");
  CHECK(has(answer, "store_unavailable open: sqlite:/proc/duroxide.db: "));
  CHECK(has(answer, "this user may write in it"));
}

LAW("a file that is not a database is refused and left alone") {
  const temporary_folder folder;
  const std::string path = folder.file("notes.txt");
  for (const std::string& text : {std::string("hello"), std::string(5000, 'x'), std::string(200, '\0')}) {
    write_file(path, text);
    const std::string answer = refusal(path);
    CHECK(has(answer, "store_incompatible open: sqlite:" + path + ": the file is not an SQLite database"));
    CHECK(is_untouched(folder, path, text));
  }
}

LAW("a database of another program is refused and left alone, whatever its journal") {
  for (const std::string setup : {"", "pragma journal_mode = wal;", "pragma application_id = 7;"}) {
    const temporary_folder folder;
    const std::string path = folder.file("theirs.db");
    run_sql(path, setup + "create table theirs (x); insert into theirs values (1);");
    const std::string before = content_of(path);
    const std::string answer = refusal(path);
    CHECK(has(answer, "store_incompatible"));
    CHECK(has(answer, "the file is a database of another program"));
    CHECK(has(answer, "this one was left as it is"));
    CHECK(is_untouched(folder, path, before));
  }
}

LAW("a database of a newer schema is refused and left alone") {
  const temporary_folder folder;
  const std::string path = folder.file("newer.db");
  sqlite_provider::open(path);
  run_sql(path, "pragma user_version = 1000");
  const std::string before = content_of(path);
  const std::string answer = refusal(path);
  CHECK(has(answer, "store_incompatible open: sqlite:" + path +
                        ": the file has schema version 1000, and this build "
                        "knows versions up to 9"));
  CHECK(has(answer, "Use a newer build of duroxide"));
  CHECK(is_untouched(folder, path, before));
}

LAW("a damaged database is refused") {
  const temporary_folder folder;
  const std::string path = folder.file("damaged.db");
  sqlite_provider::open(path);
  std::string content = content_of(path);
  std::fill(content.begin() + 100, content.end(), 'x');
  write_file(path, content);
  CHECK(has(refusal(path), "store_incompatible"));
}

LAW("an empty file, and a database without tables, become a store") {
  const temporary_folder folder;
  write_file(folder.file("empty.db"), "");
  CHECK(refusal(folder.file("empty.db")) == "opened");
  run_sql(folder.file("bare.db"), "vacuum");
  CHECK(refusal(folder.file("bare.db")) == "opened");
}

}  // namespace laws_of_bad_input
