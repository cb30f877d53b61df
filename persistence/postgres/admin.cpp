#include "persistence/postgres/admin.hpp"

#include "persistence/postgres/payload_text.hpp"

#include <optional>

namespace duroxide::persistence::postgres {

namespace {

enum class access : std::uint8_t { read, write };

class session final : public admin_session {
public:
  session(store& in, access how) : on_(how == access::write ? in.writing() : in.reading()) {}

  std::vector<sql_row> rows(const std::string& sql, const std::vector<sql_value>& values) override {
    return read(on_->run_once(sql, encoded(values)));
  }
  std::uint64_t change(const std::string& sql, const std::vector<sql_value>& values) override {
    return on_->run_once(sql, encoded(values)).affected();
  }
  void each(const std::string& sql, const std::vector<sql_value>& values,
            const std::function<void(sql_row&)>& use) override {
    const std::string cursor = "rows_" + std::to_string(++cursors_);
    on_->run_once("declare " + cursor + " no scroll cursor for " + sql, encoded(values));
    for (bool more = true; more;) {
      auto found = read(on_->run_once("fetch 200 from " + cursor, {}));
      for (sql_row& row : found) use(row);
      more = !found.empty();
    }
    on_->run_once("close " + cursor, {});
  }
  void begin_reading() override { changes_.emplace(*on_, "begin isolation level repeatable read read only"); }
  void begin() override { changes_.emplace(*on_); }
  void commit() override { changes_->commit(); }
  std::string payload(std::string stored) const override { return from_text(stored); }
  std::string contains(const std::string& text, const std::string& part) const override {
    return "strpos(" + text + ", " + part + ") > 0";
  }
  std::string names_as_json(const std::string& column) const override {
    return "array_to_json(" + column + ")::text";
  }
  std::string false_literal() const override { return "false"; }
  bool keeps_next_event_id() const override { return true; }
  std::string locking() const override { return " for update"; }

private:
  static std::vector<std::optional<std::string>> encoded(const std::vector<sql_value>& values) {
    std::vector<std::optional<std::string>> texts;
    for (const sql_value& each : values) {
      auto& text = texts.emplace_back();
      if (const auto* number = std::get_if<std::int64_t>(&each)) text = std::to_string(*number);
      if (const auto* as_it_is = std::get_if<std::string>(&each)) text = *as_it_is;
      if (const auto* bytes = std::get_if<sql_payload>(&each)) text = to_text(bytes->bytes);
    }
    return texts;
  }
  static std::vector<sql_row> read(row_cursor row) {
    std::vector<sql_row> found;
    while (row.next()) found.emplace_back(row.texts());
    return found;
  }

  store::lease on_;
  std::optional<transaction> changes_;  // ends before the lease
  int cursors_ = 0;
};

class dialect final : public admin_dialect {
public:
  explicit dialect(store& in) : store_(in) {}
  std::unique_ptr<admin_session> reading() override {
    return std::make_unique<session>(store_, access::read);
  }
  std::unique_ptr<admin_session> writing() override {
    return std::make_unique<session>(store_, access::write);
  }
  const std::string& description() const override { return store_.description(); }

private:
  store& store_;
};

}  // namespace

std::unique_ptr<admin_dialect> make_admin_dialect(store& in) { return std::make_unique<dialect>(in); }

}  // namespace duroxide::persistence::postgres
