#include "persistence/importing.hpp"

#include "duroxide/provider.hpp"
#include "persistence/exporting.hpp"
#include "persistence/label_json.hpp"
#include "persistence/store_failure.hpp"
#include "persistence/transfer_difference.hpp"
#include "persistence/transfer_reader.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace duroxide::persistence {

namespace {

std::string listed_columns(const transfer_table& table) {
  std::string names;
  for (const transfer_column& each : table.columns)
    if (each.type != column_type::labels) names += (names.empty() ? "" : ", ") + std::string(each.name);
  return names;
}

std::string placeholders(std::size_t count, std::size_t& used) {
  std::string text = "(";
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "$" : ", $") + std::to_string(++used);
  return text + ")";
}

// Which no line is of: the labels of an instance are a member of its own line.
const transfer_table& label_table() {
  static const transfer_table table{
      "label", "labels", "r.name", nullptr, false, false, {{"name"}, {"type"}, {"text"}, {"number"}}};
  return table;
}

// Rows of one table that are written together: a statement per row would cost a round trip each.
class row_batch {
public:
  explicit row_batch(const transfer_table& table) : table_(table) {
    insert_ = "insert into " + std::string(table.table) + " (" + (table.with_key ? "instance_key, " : "") +
              (table.with_id ? "instance, " : "") + (table.in_shard ? "shard, " : "") +
              listed_columns(table) + ") values ";
  }

  void add(admin_session& db, std::vector<sql_value> row) {
    width_ = row.size();
    for (sql_value& each : row) values_.push_back(std::move(each));
    if (values_.size() >= most_values) write(db);
  }

  void write(admin_session& db) {
    if (values_.empty()) return;
    std::string sql = insert_;
    for (std::size_t used = 0; used < values_.size();) {
      if (used > 0) sql += ", ";
      sql += placeholders(width_, used);
    }
    db.change(sql, values_);
    values_.clear();
  }

private:
  static constexpr std::size_t most_values = 1000;  // SQLite takes 32 766, PostgreSQL 65 535

  const transfer_table& table_;
  std::string insert_;
  std::size_t width_ = 0;
  std::vector<sql_value> values_;
};

// A file does not say in which tree a child is: from those above which nothing of the file is,
// downwards.
constexpr const char* set_roots =
    "with recursive tree (key, id, root, depth) as ("
    "select i.key, i.id, coalesce(p.root, p.key, i.key), coalesce(p.depth + 1, 0) from instances i "
    "left join instances p on p.id = i.parent_instance "
    "where i.key >= $1 and (p.key is null or p.key < $1) "
    "union all select c.key, c.id, t.root, t.depth + 1 from tree t "
    "join instances c on c.parent_instance = t.id and c.key >= $1) "
    "update instances set root = t.root, depth = t.depth from tree t "
    "where instances.key = t.key and t.root <> t.key";

class importer {
public:
  explicit importer(admin_session& db) : db_(db) {
    shard_count_ = static_cast<std::uint32_t>(
        db.rows("select value from meta where name = 'shard_count'").at(0).number("value"));
    for (const transfer_table& each : tables_of_an_instance()) batches_.emplace(each.line, each);
    batches_.emplace(label_table().line, label_table());
  }

  void take(const transfer_reader& line) {
    if (line.is_instance()) return begin_instance(line);
    const auto tables = tables_of_an_instance();
    const auto table =
        std::ranges::find_if(tables, [&](const transfer_table& each) { return line.kind() == each.line; });
    if (table == tables.end()) line.refuse("nothing is called '" + line.kind() + "'");
    if (id_.empty()) line.refuse("it belongs to no instance");
    std::vector<sql_value> row;
    if (table->with_key) row.emplace_back(key_);
    if (table->with_id) row.emplace_back(id_);
    if (table->in_shard) row.push_back(shard());
    append_values(row, *table, line);
    batches_.at(table->line).add(db_, std::move(row));
    ++(taken_.*table->count);
  }

  transfer finish() {
    for (auto& [line, batch] : batches_) batch.write(db_);
    // Turns say which event they believe to be the next one (I6).
    if (db_.keeps_next_event_id())
      db_.change("update instances i set next_event_id = coalesce((select max(h.first_event_id + h.count) "
                 "from history h where h.instance_key = i.key and h.execution = i.execution), 1) "
                 "where i.key >= $1",
                 {first_key_});
    db_.change(set_roots, {first_key_});
    return taken_;
  }

private:
  sql_value shard() const { return std::int64_t{shard_of(id_, shard_count_)}; }

  static void append_values(std::vector<sql_value>& row, const transfer_table& table,
                            const transfer_reader& line) {
    try {
      for (sql_value& each : values_of(table, line.members())) row.push_back(std::move(each));
    } catch (const std::invalid_argument& e) {
      line.refuse(e.what());
    }
  }

  void begin_instance(const transfer_reader& line) {
    const auto* id = line.members().if_contains("id");
    if (id == nullptr || !id->is_string() || id->get_string().empty()) line.refuse("the instance has no id");
    id_ = std::string(id->get_string());
    const bool counts = db_.keeps_next_event_id();
    std::vector<sql_value> row{shard()};
    if (counts) row.emplace_back(std::int64_t{1});
    append_values(row, instance_table(), line);
    const sql_value labels = take_labels(row);
    std::size_t used = 0;
    auto made = db_.rows("insert into instances (shard, " + std::string(counts ? "next_event_id, " : "") +
                             listed_columns(instance_table()) + ") values " + placeholders(row.size(), used) +
                             " on conflict (id) do nothing returning key",
                         row);
    if (made.empty()) line.refuse("instance '" + id_ + "' exists already; delete it first, or leave it out");
    key_ = static_cast<std::int64_t>(made.front().number("key"));
    if (first_key_ == 0) first_key_ = key_;
    add_labels(labels, line);
    ++taken_.instances;
  }

  // Of the values of an instance, the last of which are those of its line.
  static sql_value take_labels(std::vector<sql_value>& row) {
    const auto& columns = instance_table().columns;
    const auto found = std::ranges::find(columns, column_type::labels, &transfer_column::type);
    const auto place = row.end() - (columns.end() - found);
    sql_value labels = std::move(*place);
    row.erase(place);
    return labels;
  }

  void add_labels(const sql_value& labels, const transfer_reader& line) {
    const auto* text = std::get_if<sql_payload>(&labels);
    if (text == nullptr) return;
    try {
      for (const label& each : labels_from_json(text->bytes)) {
        const auto number = number_of(value_of(each));
        batches_.at(label_table().line)
            .add(db_, {key_, each.name, std::string(to_string(each.type)), each.value,
                       number ? sql_value(*number) : sql_value()});
      }
    } catch (const std::logic_error& e) {
      line.refuse(std::string("'labels' are no labels as an export writes them: ") + e.what());
    }
  }

  admin_session& db_;
  std::uint32_t shard_count_ = 1;
  std::map<std::string, row_batch> batches_;
  std::int64_t key_ = 0;
  std::int64_t first_key_ = 0;
  std::string id_;
  transfer taken_;
};

using lines = std::vector<std::string>;

struct instance_lines {
  std::string id;
  lines of_it;
};

// What is compared at a time: some instances, or a large one.
std::vector<instance_lines> read_some(transfer_reader& file, bool& more) {
  constexpr std::size_t most_instances = 200;
  constexpr std::size_t most_bytes = 4 << 20;
  std::vector<instance_lines> found;
  for (std::size_t bytes = 0; more; more = file.next()) {
    if (file.is_instance()) {
      if (found.size() == most_instances || bytes > most_bytes) break;
      const auto* id = file.members().if_contains("id");
      if (id == nullptr || !id->is_string()) file.refuse("the instance has no id");
      found.push_back({std::string(id->get_string()), {}});
    }
    if (found.empty()) file.refuse("it belongs to no instance");
    found.back().of_it.push_back(file.line());
    bytes += file.line().size();
  }
  return found;
}

std::vector<inconsistency> compare(admin_session& db, std::istream& source, std::size_t limit) {
  std::vector<inconsistency> found;
  transfer_reader file(source);
  bool more = file.next();
  while (more && found.size() < limit) {
    const auto some = read_some(file, more);
    std::vector<std::string> ids;
    for (const instance_lines& each : some) ids.push_back(each.id);
    std::map<std::string, lines> stored;
    export_these(db, ids,
                 [&](const std::string& id, std::string line) { stored[id].push_back(std::move(line)); });
    for (const instance_lines& each : some) {
      std::string what = difference(each.of_it, stored[each.id]);
      if (!what.empty() && found.size() < limit) found.push_back({each.id, std::move(what)});
    }
  }
  while (more) more = file.next();
  return found;
}

}  // namespace

transfer import_instances(admin_session& db, std::istream& source) {
  db.begin();
  importer importing(db);
  transfer_reader file(source);
  while (file.next()) importing.take(file);
  const transfer taken = importing.finish();
  if (const auto differences = compare(db, source, 1); !differences.empty())
    throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                        "instance '" + differences.front().instance +
                            "' would not be what the file says: " + differences.front().what);
  db.commit();
  return taken;
}

std::vector<inconsistency> compare_instances(admin_session& db, std::istream& source, std::size_t limit) {
  db.begin_reading();
  return compare(db, source, limit);
}

}  // namespace duroxide::persistence
