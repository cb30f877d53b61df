#include "persistence/exporting.hpp"

#include "persistence/merge_cursor.hpp"
#include "persistence/store_failure.hpp"

#include <ostream>

namespace duroxide::persistence {

namespace {

// Which instances: a table expression in front of each statement, and a join behind `instances i`.
struct choice {
  std::string with;
  std::string join;
  std::vector<sql_value> values;
};

choice family_of(const std::string& root) {
  return {"with recursive chosen (member) as (select key from instances where id = $1 "
          "union select c.key from chosen f join instances p on p.key = f.member "
          "join instances c on c.parent_instance = p.id) ",
          " join chosen on chosen.member = i.key",
          {root}};
}

choice these(const std::vector<std::string>& instances) {
  choice made;
  std::string places;
  for (const std::string& each : instances) {
    made.values.emplace_back(each);
    places += (places.empty() ? "$" : ", $") + std::to_string(made.values.size());
  }
  made.with = "with chosen (member) as (select key from instances where id in (" + places + ")) ";
  made.join = " join chosen on chosen.member = i.key";
  return made;
}

std::unique_ptr<row_stream> rows_of(admin_session& db, const choice& chosen, const transfer_table& table) {
  return db.stream(chosen.with + "select i.key as instance_key, " + selected_columns(db, table, "r") +
                       " from instances i" + chosen.join + " join " + table.table +
                       (table.with_key ? " r on r.instance_key = i.key" : " r on r.instance = i.id") +
                       " order by i.key, " + table.order,
                   chosen.values);
}

// All tables side by side: so an instance costs its rows, and no statement of its own.
void write_instances(admin_session& db, const choice& chosen,
                     const std::function<void(const transfer_table&, const std::string&, std::string)>& use) {
  std::vector<merge_cursor> belonging;
  for (const transfer_table& each : tables_of_an_instance())
    belonging.emplace_back(rows_of(db, chosen, each), std::vector<const char*>{"instance_key"});
  const auto instances =
      db.stream(chosen.with + "select i.key, " + selected_columns(db, instance_table(), "i") +
                    " from instances i" + chosen.join + " order by i.key",
                chosen.values);
  while (auto row = instances->next()) {
    const std::uint64_t key = row->number("key");
    const std::string id = row->text("id");
    use(instance_table(), id, line_of(db, instance_table(), *row));
    for (std::size_t i = 0; i < belonging.size(); ++i) {
      const transfer_table& table = tables_of_an_instance()[i];
      belonging[i].take({key}, [&](sql_row& each) { use(table, id, line_of(db, table, each)); });
    }
  }
}

}  // namespace

transfer export_instances(admin_session& db, std::ostream& file, const std::optional<std::string>& root,
                          const std::string& description) {
  transfer written;
  std::uint64_t lines = 0;
  const auto write = [&](const std::string& line) {
    file << line << '\n';
    ++lines;
    if (!file)
      throw store_failure(commit_certainty::not_done, error_kind::invalid_argument,
                          "the file cannot be written");
  };
  db.begin_reading();
  write(boost::json::serialize(
      boost::json::object{{"duroxide_export", transfer_format}, {"from", description}}));
  write_instances(db, root ? family_of(*root) : choice(),
                  [&](const transfer_table& table, const std::string&, const std::string& line) {
                    write(line);
                    ++(written.*table.count);
                  });
  write(boost::json::serialize(boost::json::object{{"end", {{"lines", lines}}}}));
  file.flush();
  return written;
}

void export_these(admin_session& db, const std::vector<std::string>& instances,
                  const std::function<void(const std::string&, std::string)>& line) {
  write_instances(db, these(instances), [&](const transfer_table&, const std::string& id, std::string each) {
    line(id, std::move(each));
  });
}

}  // namespace duroxide::persistence
