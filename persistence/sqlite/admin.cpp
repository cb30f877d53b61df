#include "persistence/sqlite/admin.hpp"

#include "persistence/deleting.hpp"
#include "persistence/sqlite/labels.hpp"
#include "persistence/sqlite/member_lock.hpp"
#include "persistence/sqlite/transaction.hpp"

#include <boost/json.hpp>

#include <optional>

namespace duroxide::persistence::sqlite {

namespace {

void bind_one(sqlite3_stmt* prepared, int index, const std::string& bytes, bool as_text) {
  const auto size = static_cast<int>(bytes.size());
  if (as_text) {
    sqlite3_bind_text(prepared, index, bytes.data(), size, SQLITE_TRANSIENT);
  } else {
    sqlite3_bind_blob(prepared, index, bytes.data(), size, SQLITE_TRANSIENT);
  }
}

// One parameter for all of them, since a statement has a limited number of parameters.
std::string json_array(const std::vector<std::string>& texts) {
  boost::json::array all;
  all.reserve(texts.size());
  for (const std::string& each : texts) all.emplace_back(each);
  return boost::json::serialize(all);
}

void bind_all(const statement& prepared, const std::vector<sql_value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = "$" + std::to_string(i + 1);
    const int index = sqlite3_bind_parameter_index(prepared.handle(), name.c_str());
    if (const auto* number = std::get_if<std::int64_t>(&values[i])) {
      sqlite3_bind_int64(prepared.handle(), index, *number);
    } else if (const auto* real = std::get_if<double>(&values[i])) {
      sqlite3_bind_double(prepared.handle(), index, *real);
    } else if (const auto* text = std::get_if<std::string>(&values[i])) {
      bind_one(prepared.handle(), index, *text, true);
    } else if (const auto* bytes = std::get_if<sql_payload>(&values[i])) {
      bind_one(prepared.handle(), index, bytes->bytes, is_stored_as_text(bytes->bytes));
    } else if (const auto* list = std::get_if<sql_texts>(&values[i])) {
      bind_one(prepared.handle(), index, json_array(list->texts), true);
    }
  }
}

class stepped_rows final : public row_stream {
public:
  stepped_rows(sqlite3* db, const std::string& sql, const std::vector<sql_value>& values) : made_(db, sql) {
    bind_all(made_, values);
    auto names = std::make_shared<std::vector<std::string>>();
    for (int column = 0; column < made_.column_count(); ++column)
      names->emplace_back(made_.column_name(column));
    names_ = std::move(names);
  }
  std::optional<sql_row> next() override {
    if (!made_.step()) return std::nullopt;
    std::vector<std::optional<std::string>> values;
    for (int column = 0; column < made_.column_count(); ++column) {
      auto& value = values.emplace_back();
      if (!made_.is_null(column)) value = made_.text(column);
    }
    return sql_row(names_, std::move(values));
  }

private:
  statement made_;
  column_names names_;
};

class session final : public admin_session {
public:
  session(store& opened, access kind)
      : files_(opened.files()), db_(kind == access::write ? opened.writing() : opened.reading()) {}

  std::vector<sql_row> rows(const std::string& sql, const std::vector<sql_value>& values) override {
    stepped_rows rows(db_->handle(), sql, values);
    std::vector<sql_row> found;
    while (auto row = rows.next()) found.push_back(*std::move(row));
    return found;
  }
  std::uint64_t change(const std::string& sql, const std::vector<sql_value>& values) override {
    rows(sql, values);
    return static_cast<std::uint64_t>(sqlite3_changes(db_->handle()));
  }
  std::unique_ptr<row_stream> stream(const std::string& sql, const std::vector<sql_value>& values) override {
    return std::make_unique<stepped_rows>(db_->handle(), sql, values);
  }
  void begin_reading() override { changes_.emplace(*db_, access::read); }
  void begin() override { changes_.emplace(*db_, access::write); }
  void commit() override { changes_->commit(); }
  bool lives(std::uint64_t node) override { return !files_ || member_lock::may_live(files_->path(), node); }
  std::string payload(std::string stored) const override { return stored; }
  std::string without_index_of_text(const std::string& column) const override { return "+" + column; }
  std::string labels_of(const std::string& alias) const override { return label_object(alias); }
  std::string names_as_json(const std::string& column) const override { return column; }
  std::string false_literal() const override { return "0"; }
  std::string byte_count(const std::string& column) const override {
    // The header of the row has the size, so the text is not read; older versions have to read it.
    if (sqlite3_libversion_number() >= 3'043'000) return "octet_length(" + column + ")";
    return "length(cast(" + column + " as blob))";
  }
  std::string instances_with_ids(const std::string& texts) const override {
    // The limit keeps the planner from going by another index, and from looking at the ids last.
    return "(select * from instances where id in (select value from json_each(" + texts + ")) limit -1)";
  }
  void begin_page() override {}
  std::string looked_up(const std::string& alias, const std::string& column,
                        const std::string& value) const override {
    return " cross join instances " + alias + " on " + alias + "." + column + " = " +
           value;  // never reordered
  }
  bool keeps_next_event_id() const override { return false; }

private:
  std::shared_ptr<const opened_files> files_;  // null: in memory
  store::pool::lease db_;
  std::optional<transaction> changes_;  // ends before the lease
};

deletion_outcome remove(store& opened, const std::string& instance, bool force) {
  // The connection is free again before others are told.
  deletion_outcome outcome = [&] {
    session writing(opened, access::write);
    return remove_instance(writing, instance, force);
  }();
  opened.changes().ring();
  opened.commits().ring();
  return outcome;
}

}  // namespace

admin_dialect make_admin_dialect(store& opened) {
  return {[&opened] { return std::make_unique<session>(opened, access::read); },
          [&opened] { return std::make_unique<session>(opened, access::write); },
          [&opened](const std::string& instance, bool force) { return remove(opened, instance, force); },
          [&opened](const std::vector<std::uint64_t>&) {
            opened.changes().ring();
            opened.commits().ring();
          },
          opened.description()};
}

}  // namespace duroxide::persistence::sqlite
