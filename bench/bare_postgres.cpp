#include "bench/bare_store.hpp"
#include "bench/pq_session.hpp"

#include <unistd.h>

namespace duroxide::bench {

namespace {

std::string array_of(const std::vector<std::int64_t>& numbers) {
  std::string text = "{";
  for (const std::int64_t each : numbers) text += (text.size() == 1 ? "" : ",") + std::to_string(each);
  return text + "}";
}

// A statement with arrays for each table, in one transaction: the fastest way to write many rows that is not
// COPY, which updates nothing.
class bare_postgres final : public bare_store {
public:
  explicit bare_postgres(const std::string& url)
      : session_(url), schema_("bare_" + std::to_string(getpid())) {
    session_.run("set client_min_messages = warning; drop schema if exists " + schema_ +
                 " cascade; create schema " + schema_ + "; set search_path = " + schema_ + R"sql(;
      create table instances (key bigint primary key, id text not null unique, status text, data text);
      create table history (instance bigint, event bigint generated always as identity, packed text,
                            primary key (instance, event));
      create table work (id bigint primary key, instance text, data text);
      create index work_by_instance on work (instance))sql");
  }
  bare_postgres(const bare_postgres&) = delete;
  bare_postgres& operator=(const bare_postgres&) = delete;
  ~bare_postgres() override {
    try {
      session_.run("drop schema " + schema_ + " cascade");
    } catch (const std::exception&) {  // the server has gone, or says why in its log
    }
  }

  void write(const bare_commit& what) override {
    const std::string data(100, 'x');
    const std::string packed(what.history_bytes, 'x');
    session_.run("begin");
    run("insert into instances select k, 'instance-' || k, 'running', $2 from unnest($1::bigint[]) k",
        what.instances, &data);
    run("update instances set status = 'completed' where key = any($1::bigint[])", what.updates, nullptr);
    run("insert into history (instance, packed) select k, $2 from unnest($1::bigint[]) k", what.history,
        &packed);
    run("insert into work select k, 'instance-' || k, $2 from unnest($1::bigint[]) k", what.work, &data);
    run("delete from work where id = any($1::bigint[])", what.done, nullptr);
    session_.run("commit");
  }

private:
  void run(const char* sql, const std::vector<std::int64_t>& keys, const std::string* data) {
    if (keys.empty()) return;
    if (data)
      session_.run(sql, {array_of(keys), *data});
    else
      session_.run(sql, {array_of(keys)});
  }

  pq_session session_;
  const std::string schema_;
};

}  // namespace

std::unique_ptr<bare_store> open_bare_postgres(const std::string& url) {
  return std::make_unique<bare_postgres>(url);
}

}  // namespace duroxide::bench
