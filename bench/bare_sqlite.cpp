#include "bench/bare_store.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <initializer_list>
#include <stdexcept>

namespace duroxide::bench {

namespace {

constexpr const char* tables = R"sql(
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table instances (key integer primary key, id text not null unique, status text, data text);
  create table history (instance integer, event integer, packed text, primary key (instance, event)) without rowid;
  create table work (id integer primary key, instance text, data text);
  create index work_by_instance on work (instance);
)sql";

class bare_sqlite final : public bare_store {
public:
  explicit bare_sqlite(std::string file) : file_(std::move(file)) {
    remove_files();
    if (sqlite3_open(file_.c_str(), &db_) != SQLITE_OK) fail();
    run(tables);
    new_instance_ = prepare("insert into instances values (?1, 'instance-' || ?1, 'running', ?2)");
    update_ = prepare("update instances set status = 'completed' where key = ?1");
    history_row_ = prepare("insert into history values (?1, ?3, ?2)");
    new_work_ = prepare("insert into work values (?1, 'instance-' || ?1, ?2)");
    done_ = prepare("delete from work where id = ?1");
  }
  bare_sqlite(const bare_sqlite&) = delete;
  bare_sqlite& operator=(const bare_sqlite&) = delete;
  ~bare_sqlite() override {
    for (sqlite3_stmt* each : {new_instance_, update_, history_row_, new_work_, done_})
      sqlite3_finalize(each);
    sqlite3_close(db_);
    remove_files();
  }

  void write(const bare_commit& what) override {
    const std::string data(100, 'x');
    const std::string packed(what.history_bytes, 'x');
    run("begin immediate");
    for (const std::int64_t key : what.instances) step(new_instance_, key, &data);
    for (const std::int64_t key : what.updates) step(update_, key, nullptr);
    for (const std::int64_t key : what.history) {
      sqlite3_bind_int64(history_row_, 3, ++events_);
      step(history_row_, key, &packed);
    }
    for (const std::int64_t id : what.work) step(new_work_, id, &data);
    for (const std::int64_t id : what.done) step(done_, id, nullptr);
    run("commit");
  }

private:
  [[noreturn]] void fail() { throw std::runtime_error("bare SQLite: " + std::string(sqlite3_errmsg(db_))); }
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &made, nullptr) != SQLITE_OK) fail();
    return made;
  }
  void step(sqlite3_stmt* statement, std::int64_t key, const std::string* data) {
    sqlite3_bind_int64(statement, 1, key);
    if (data) sqlite3_bind_text(statement, 2, data->c_str(), static_cast<int>(data->size()), SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE) fail();
    sqlite3_reset(statement);
  }
  void remove_files() const {
    if (file_ == ":memory:") return;
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file_ + suffix);
  }

  const std::string file_;
  sqlite3* db_ = nullptr;
  sqlite3_stmt* new_instance_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
  sqlite3_stmt* history_row_ = nullptr;
  sqlite3_stmt* new_work_ = nullptr;
  sqlite3_stmt* done_ = nullptr;
  std::int64_t events_ = 0;
};

}  // namespace

std::unique_ptr<bare_store> open_bare_sqlite(const std::string& file) {
  return std::make_unique<bare_sqlite>(file);
}

}  // namespace duroxide::bench
