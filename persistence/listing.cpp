#include "persistence/listing.hpp"

#include "persistence/decoding.hpp"
#include "persistence/label_json.hpp"
#include "persistence/store_failure.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

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

std::size_t last_character(std::string_view text) {
  std::size_t last = text.size() - 1;
  while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xc0) == 0x80) --last;
  return last;
}

// The first text behind all that begin with `prefix`, in the order of their bytes, which is that of their
// characters: the last one is replaced by the next. None if there is no next one. REQUIRES: UTF-8.
std::optional<std::string> end_of_prefix(std::string prefix) {
  constexpr std::string_view greatest = "\U0010FFFF";
  while (prefix.ends_with(greatest)) prefix.resize(prefix.size() - greatest.size());
  if (prefix.empty()) return std::nullopt;
  // Characters of one length differ from the next one in the last byte, or have the last one of 64.
  const std::size_t position = last_character(prefix);
  const std::string_view character = std::string_view(prefix).substr(position);
  if (character == "\x7f") return prefix.replace(position, character.size(), "\u0080");
  if (character == "\u07ff") return prefix.replace(position, character.size(), "\u0800");
  if (character == "\ud7ff")
    return prefix.replace(position, character.size(), "\ue000");  // surrogates are between
  if (character == "\uffff") return prefix.replace(position, character.size(), "\U00010000");
  for (std::size_t i = prefix.size() - 1;; --i) {
    const bool continues = i > position;
    if (!continues || static_cast<unsigned char>(prefix[i]) != 0xbf) {
      prefix[i] = static_cast<char>(static_cast<unsigned char>(prefix[i]) + 1);
      return prefix;
    }
    prefix[i] = '\x80';
  }
}

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

[[noreturn]] void throw_bad_cursor(const std::string& cursor) {
  throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                      "'" + cursor +
                          "' is not a cursor of such a query; give the one of the page before, with the same "
                          "order, or none to begin anew");
}

// "created 17", "id orders-4", "updated 1700000000000 17": the order, and what the last row was.
std::vector<std::string> parts_of(const std::string& cursor, const std::string& order, std::size_t count) {
  std::vector<std::string> parts;
  if (!cursor.starts_with(order + " ")) throw_bad_cursor(cursor);
  std::string rest = cursor.substr(order.size() + 1);
  while (parts.size() + 1 < count) {
    const auto blank = rest.find(' ');
    if (blank == std::string::npos) throw_bad_cursor(cursor);
    parts.push_back(rest.substr(0, blank));
    rest.erase(0, blank + 1);
  }
  parts.push_back(rest);
  return parts;
}

std::int64_t number_from(const std::string& text, const std::string& cursor) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    throw_bad_cursor(cursor);
  return std::stoll(text);
}

void require_after(selection& all, const instance_query& what) {
  const std::string& cursor = what.cursor;
  if (cursor.empty()) return;
  const std::string beyond = what.descending ? " < " : " > ";
  switch (what.order) {
  case instance_order::created:
    all.require("i.key" + beyond + all.add(number_from(parts_of(cursor, "created", 1)[0], cursor)));
    break;
  case instance_order::id: all.require("i.id" + beyond + all.add(parts_of(cursor, "id", 1)[0])); break;
  case instance_order::updated: {
    const auto parts = parts_of(cursor, "updated", 2);
    const std::string time = all.add(number_from(parts[0], cursor));
    const std::string key = all.add(number_from(parts[1], cursor));
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

std::string cursor_behind(const instance_query& what, const instance_summary& last, std::uint64_t key) {
  switch (what.order) {
  case instance_order::created: return "created " + std::to_string(key);
  case instance_order::id: return "id " + last.instance;
  case instance_order::updated: break;
  }
  return "updated " + std::to_string(last.updated_at.time_since_epoch().count()) + " " + std::to_string(key);
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
      page.cursor = cursor_behind(what, page.instances.back(), key);
      break;
    }
    key = row.number("key");
    page.instances.push_back(read_summary(db, row));
  }
  return page;
}

}  // namespace duroxide::persistence
