#include "persistence/postgres/admin.hpp"

#include "persistence/postgres/deleting.hpp"
#include "persistence/postgres/labels.hpp"
#include "persistence/postgres/payload_text.hpp"
#include "persistence/store_failure.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace duroxide::persistence::postgres {

namespace {

enum class access : std::uint8_t { read, write };

std::vector<sql_row> read(row_cursor row) {
  const auto names = std::make_shared<const std::vector<std::string>>(row.column_names());
  std::vector<sql_row> found;
  while (row.next()) found.emplace_back(names, row.texts());
  return found;
}

// The rows of a cursor.
class fetched_rows final : public row_stream {
public:
  fetched_rows(connection& db, std::string name) : db_(db), name_(std::move(name)) {}
  ~fetched_rows() override {
    try {
      db_.run_script("close " + name_);
    } catch (const store_failure&) {
      // It goes with its transaction.
    }
  }
  fetched_rows(const fetched_rows&) = delete;
  fetched_rows& operator=(const fetched_rows&) = delete;

  std::optional<sql_row> next() override {
    if (next_ == rows_.size() && !fetch()) return std::nullopt;
    return std::move(rows_[next_++]);
  }

private:
  static constexpr std::size_t at_a_time = 200;

  bool fetch() {
    if (last_) return false;
    rows_ = read(db_.run_script("fetch " + std::to_string(at_a_time) + " from " + name_));
    next_ = 0;
    last_ = rows_.size() < at_a_time;
    return !rows_.empty();
  }

  connection& db_;
  const std::string name_;
  std::vector<sql_row> rows_;
  std::size_t next_ = 0;
  bool last_ = false;
};

// How PostgreSQL writes an array of texts.
std::string array_literal(const std::vector<std::string>& texts) {
  std::string literal = "{";
  for (const std::string& each : texts) {
    literal += literal.size() == 1 ? "\"" : ",\"";
    for (const char c : each) {
      if (c == '"' || c == '\\') literal += '\\';
      literal += c;
    }
    literal += '"';
  }
  return literal + "}";
}

std::string digits_of(double number) {
  std::array<char, 32> digits{};
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), end};
}

class session final : public admin_session {
public:
  session(store& opened, access kind)
      : lock_class_(opened.lock_class()), db_(kind == access::write ? opened.writing() : opened.reading()) {}

  std::vector<sql_row> rows(const std::string& sql, const std::vector<sql_value>& values) override {
    return read(db_->run_once(sql, encoded(values)));
  }
  std::uint64_t change(const std::string& sql, const std::vector<sql_value>& values) override {
    return db_->run_once(sql, encoded(values)).affected();
  }
  std::unique_ptr<row_stream> stream(const std::string& sql, const std::vector<sql_value>& values) override {
    // All rows will be fetched: a plan that is quick to give the first of them would be the wrong one.
    if (cursors_ == 0) db_->run_script("set local cursor_tuple_fraction = 1");
    const std::string name = "rows_" + std::to_string(++cursors_);
    db_->run_once("declare " + name + " no scroll cursor for " + sql, encoded(values));
    return std::make_unique<fetched_rows>(*db_, name);
  }
  void begin_reading() override { changes_.emplace(*db_, "begin isolation level repeatable read read only"); }
  void begin_page() override { changes_.emplace(*db_, "begin read only; set local enable_bitmapscan = off"); }
  void begin() override { changes_.emplace(*db_); }
  void commit() override { changes_->commit(); }
  bool lives(std::uint64_t node) override {
    // The locks are those of this moment, whatever the transaction sees.
    const auto found =
        rows("select 1 as held from pg_locks where locktype = 'advisory' and objsubid = 2 and granted and "
             "classid = $1::bigint::oid and objid = $2::bigint::oid and "
             "database = (select oid from pg_database where datname = current_database())",
             {static_cast<std::int64_t>(static_cast<std::uint32_t>(lock_class_)),
              static_cast<std::int64_t>(node)});
    return !found.empty();
  }
  std::string payload(std::string stored) const override { return from_text(stored); }
  std::string without_index_of_text(const std::string& column) const override {
    return "(" + column + " || '')";
  }
  std::string labels_of(const std::string& alias) const override { return label_object(alias); }
  std::string names_as_json(const std::string& column) const override {
    return "array_to_json(" + column + ")::text";
  }
  std::string false_literal() const override { return "false"; }
  std::string byte_count(const std::string& column) const override {
    // The size stands beside a compressed or a large value, which is not fetched for it.
    return "octet_length(" + column + ")";
  }
  std::string instances_with_ids(const std::string& texts) const override {
    // The offset keeps the planner from walking through the whole table, in the order that is asked for, until
    // a page is full.
    return "(select * from instances where id = any(" + texts + "::text[]) offset 0)";
  }
  std::string looked_up(const std::string& alias, const std::string& column,
                        const std::string& value) const override {
    // As above: without the offset a planner without statistics would rather read the whole table, and hash it.
    return " cross join lateral (select * from instances where " + column + " = " + value + " offset 0) " +
           alias;
  }
  bool keeps_next_event_id() const override { return true; }

private:
  static std::vector<std::optional<std::string>> encoded(const std::vector<sql_value>& values) {
    std::vector<std::optional<std::string>> texts;
    for (const sql_value& each : values) {
      auto& text = texts.emplace_back();
      if (const auto* number = std::get_if<std::int64_t>(&each)) text = std::to_string(*number);
      if (const auto* real = std::get_if<double>(&each)) text = digits_of(*real);
      if (const auto* words = std::get_if<std::string>(&each)) text = *words;
      if (const auto* bytes = std::get_if<sql_payload>(&each)) text = to_text(bytes->bytes);
      if (const auto* list = std::get_if<sql_texts>(&each)) text = array_literal(list->texts);
    }
    return texts;
  }
  const std::int32_t lock_class_;
  store::lease db_;
  std::optional<transaction> changes_;  // ends before the lease
  int cursors_ = 0;
};

}  // namespace

admin_dialect make_admin_dialect(store& opened) {
  return {
      [&opened] { return std::make_unique<session>(opened, access::read); },
      [&opened] { return std::make_unique<session>(opened, access::write); },
      [&opened](const std::string& instance, bool force) { return remove_instance(opened, instance, force); },
      [&opened](const std::vector<std::uint64_t>& nodes) {
        opened.tell({{nodes.begin(), nodes.end()}, nodes.empty()});
      },
      opened.description()};
}

}  // namespace duroxide::persistence::postgres
