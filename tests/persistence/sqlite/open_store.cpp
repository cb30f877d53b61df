// Stores by their URLs.
#include "duroxide/open_store.hpp"

#include "tests/persistence/sqlite/temporary_folder.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_open_store {

using namespace duroxide;
using duroxide::persistence_tests::temporary_folder;

namespace {

std::string why_not(const std::string& url) {
  try {
    open_store(url);
  } catch (const error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

LAW("a URL names a file or a database in memory") {
  const temporary_folder folder;
  CHECK(open_store("sqlite:" + folder.file("a.db"))->description() == "sqlite:" + folder.file("a.db"));
  CHECK(open_store("sqlite::memory:")->description() == "sqlite::memory:");
}

LAW("a URL of no known kind is refused, without what may be a password") {
  CHECK(why_not("mysql://me:secret@host/db") ==
        "the URL of a store begins with sqlite: or postgresql://, this one with 'mysql'");
  CHECK(why_not("").ends_with("this one with ''"));
}

}  // namespace laws_of_open_store
