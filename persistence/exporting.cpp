#include "persistence/exporting.hpp"

#include "persistence/store_failure.hpp"

#include <ostream>

namespace duroxide::persistence {

namespace {

using line_sink = std::function<void(const transfer_table&, const std::string&)>;

// By what the rows of other tables name it.
struct named_instance {
  std::int64_t key = 0;
  std::string id;
};

void write_rows(admin_session& db, const transfer_table& table, const named_instance& of,
                const line_sink& sink) {
  const sql_value name = table.by_key ? sql_value(of.key) : sql_value(of.id);
  const std::string sql = "select " + selected_columns(table) + " from " + table.table + " where " +
                          (table.by_key ? "instance_key" : "instance") + " = $1 order by " + table.order;
  db.each(sql, {name}, [&](sql_row& row) { sink(table, line_of(db, table, row)); });
}

// `which`: what follows `from instances i`.
void write_instances(admin_session& db, const std::string& with, const std::string& which,
                     const std::vector<sql_value>& values, const line_sink& sink) {
  const std::string sql =
      with + "select key, id, " + selected_columns(instance_table()) + " from instances i" + which;
  db.each(sql, values, [&](sql_row& row) {
    named_instance it;
    it.key = static_cast<std::int64_t>(row.number());
    it.id = row.text();
    sink(instance_table(), line_of(db, instance_table(), row));
    for (const transfer_table& each : tables_of_an_instance()) write_rows(db, each, it, sink);
  });
}

}  // namespace

transfer export_instances(admin_session& db, std::ostream& to, const std::optional<std::string>& root,
                          const std::string& description) {
  transfer written;
  std::uint64_t lines = 1;
  to << boost::json::object{{"duroxide_export", transfer_format}, {"from", description}} << '\n';
  const line_sink sink = [&](const transfer_table& table, const std::string& line) {
    to << line << '\n';
    ++lines;
    ++(written.*table.count);
    if (!to)
      throw store_failure(store_fate::not_done, error_kind::invalid_argument, "the file cannot be written");
  };
  db.begin_reading();
  if (root) {
    write_instances(db,
                    "with recursive family (member) as (select key from instances where id = $1 "
                    "union select c.key from family f join instances p on p.key = f.member "
                    "join instances c on c.parent_instance = p.id) ",
                    " join family f on f.member = i.key order by i.key", {*root}, sink);
  } else {
    write_instances(db, "", " order by i.key", {}, sink);
  }
  to << boost::json::object{{"end", {{"lines", lines}}}} << std::endl;
  if (!to)
    throw store_failure(store_fate::not_done, error_kind::invalid_argument, "the file cannot be written");
  return written;
}

void export_one(admin_session& db, const std::string& instance,
                const std::function<void(const std::string&)>& line) {
  write_instances(db, "", " where i.id = $1", {instance},
                  [&](const transfer_table&, const std::string& each) { line(each); });
}

}  // namespace duroxide::persistence
