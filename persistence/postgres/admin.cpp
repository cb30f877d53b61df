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
  std::string locking() const override { return " for update"; }

private:
  static std::vector<std::string> encoded(const std::vector<sql_value>& values) {
    std::vector<std::string> texts;
    for (const sql_value& each : values) {
      const auto* number = std::get_if<std::int64_t>(&each);
      texts.push_back(number ? std::to_string(*number) : std::get<std::string>(each));
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
