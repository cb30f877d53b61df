#include "persistence/listing.hpp"

#include "persistence/decoding.hpp"
#include "persistence/label_json.hpp"
#include "persistence/list_cursor.hpp"
#include "persistence/prefix_range.hpp"

#include <algorithm>
#include <optional>

namespace duroxide::persistence {

std::string summary_columns(const admin_session& db) {
  return "i.id, i.orchestration, i.version, i.status, i.execution, i.parent_instance, i.created_at, "
         "i.updated_at, " +
         db.labels_of("i") + " as labels";
}

instance_summary read_summary(admin_session& db, sql_row& row) {
  instance_summary summary;
  summary.instance = row.text("id");
  summary.orchestration = row.text("orchestration");
  summary.version = row.text("version");
  const auto read = [&](const char* column, auto body) { read_or_note(summary.unreadable, column, body); };
  read("status", [&](auto column) { summary.status = runtime_status_from(row.text(column)); });
  read("execution", [&](auto column) { summary.execution = row.number(column); });
  summary.parent = row.take("parent_instance");
  read("created_at", [&](auto column) { summary.created_at = row.time(column); });
  read("updated_at", [&](auto column) { summary.updated_at = row.time(column); });
  read("labels", [&](auto column) {
    if (auto labels = row.take(column)) summary.labels = labels_from_json(db.payload(*std::move(labels)));
  });
  return summary;
}

namespace {

// Conditions and their arguments, as they come together.
class selection {
public:
  std::string add(sql_value value) {
    values_.push_back(std::move(value));
    return "$" + std::to_string(values_.size());
  }
  void require(const std::string& condition) { text_ += (text_.empty() ? " where " : " and ") + condition; }

  const std::string& text() const { return text_; }
  const std::vector<sql_value>& values() const { return values_; }

private:
  std::string text_;
  std::vector<sql_value> values_;
};

void require_status(selection& all, const std::vector<runtime_status>& statuses) {
  if (statuses.empty()) return;
  std::string words;
  for (const runtime_status each : statuses)
    words += (words.empty() ? "'" : ", '") + std::string(to_string(each)) + "'";
  all.require("i.status in (" + words + ")");
  // The index leaves out what most instances are.
  if (std::ranges::find(statuses, runtime_status::completed) == statuses.end())
    all.require("i.status <> 'completed'");
}

void require_label(selection& all, const label& wanted) {
  all.require("i.key in (select l.instance_key from labels l where l.name = " + all.add(wanted.name) +
              " and l.type = " + all.add(std::string(to_string(wanted.type))) +
              " and l.text = " + all.add(wanted.value) + ")");
}

void require_filter(selection& all, const instance_filter& filter) {
  require_status(all, filter.statuses);
  if (filter.orchestration) all.require("i.orchestration = " + all.add(*filter.orchestration));
  if (filter.id_prefix) {
    all.require("i.id >= " + all.add(*filter.id_prefix));
    if (auto end = end_of_prefix(*filter.id_prefix)) all.require("i.id < " + all.add(*std::move(end)));
  }
  if (filter.parent) all.require("i.parent_instance = " + all.add(*filter.parent));
  if (filter.roots_only) all.require("i.parent_instance is null");
  if (filter.has_label) require_label(all, *filter.has_label);
  if (filter.created_from) all.require("i.created_at >= " + all.add(to_sql(*filter.created_from)));
  if (filter.created_before) all.require("i.created_at < " + all.add(to_sql(*filter.created_before)));
  if (filter.updated_from) all.require("i.updated_at >= " + all.add(to_sql(*filter.updated_from)));
  if (filter.updated_before) all.require("i.updated_at < " + all.add(to_sql(*filter.updated_before)));
}

void require_after(selection& all, const instance_query& what) {
  if (what.cursor.empty()) return;
  const list_place last = place_from(what.cursor, what.order);
  const std::string beyond = what.descending ? " < " : " > ";
  switch (what.order) {
  case instance_order::created: all.require("i.key" + beyond + all.add(last.key)); break;
  case instance_order::id: all.require("i.id" + beyond + all.add(last.id)); break;
  case instance_order::updated: {
    const std::string time = all.add(last.updated_at);
    const std::string key = all.add(last.key);
    all.require("(i.updated_at, i.key)" + beyond + "(" + time + ", " + key + ")");
    break;
  }
  }
}

std::string order_by(const instance_query& what) {
  const std::string direction = what.descending ? " desc" : "";
  switch (what.order) {
  case instance_order::created: return " order by i.key" + direction;
  case instance_order::id: return " order by i.id" + direction;
  case instance_order::updated: break;
  }
  return " order by i.updated_at" + direction + ", i.key" + direction;
}

}  // namespace

instance_page list_instances(admin_session& db, const instance_query& what) {
  selection all;
  require_filter(all, what.filter);
  require_after(all, what);
  const std::string table =
      what.filter.ids ? db.instances_with_ids(all.add(sql_texts{*what.filter.ids})) : "instances";
  auto rows = db.rows("select i.key, " + summary_columns(db) + " from " + table + " i" + all.text() +
                          order_by(what) + " limit " + std::to_string(what.limit + 1),
                      all.values());
  instance_page page;
  std::uint64_t key = 0;
  for (sql_row& row : rows) {
    if (page.instances.size() == what.limit) {
      page.cursor = cursor_behind(what.order, page.instances.back(), key);
      break;
    }
    key = row.number("key");
    page.instances.push_back(read_summary(db, row));
  }
  return page;
}

}  // namespace duroxide::persistence
