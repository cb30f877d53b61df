// Files of exported instances, as `import_instances` and `compare_instances` read them.
#include "persistence/label_json.hpp"
#include "persistence/simulated/transfer_lines.hpp"
#include "persistence/store_failure.hpp"
#include "persistence/transfer_reader.hpp"
#include "tests/fuzz/fuzzing.hpp"

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::fuzz {

namespace {

using namespace persistence;

// A store that keeps columns as they are. Nothing but `payload` is asked of it.
class plain_session final : public admin_session {
public:
  std::vector<sql_row> rows(const std::string&, const std::vector<sql_value>&) override { return {}; }
  std::uint64_t change(const std::string&, const std::vector<sql_value>&) override { return 0; }
  std::unique_ptr<row_stream> stream(const std::string&, const std::vector<sql_value>&) override {
    return nullptr;
  }
  void begin_reading() override {}
  void begin() override {}
  void commit() override {}
  bool lives(std::uint64_t) override { return false; }
  std::string payload(std::string stored) const override { return stored; }
  std::string without_index_of_text(const std::string&) const override { return {}; }
  std::string labels_of(const std::string&) const override { return {}; }
  std::string names_as_json(const std::string&) const override { return {}; }
  std::string false_literal() const override { return {}; }
  std::string byte_count(const std::string&) const override { return {}; }
  std::string instances_with_ids(const std::string&) const override { return {}; }
  void begin_page() override {}
  std::string looked_up(const std::string&, const std::string&, const std::string&) const override {
    return {};
  }
  bool keeps_next_event_id() const override { return false; }
};

std::optional<std::string> column_of(const sql_value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    law(text->find('\0') == text->npos, "a text has no U+0000, which PostgreSQL cannot keep");
    return *text;
  }
  if (const auto* payload = std::get_if<sql_payload>(&value)) return payload->bytes;
  return std::nullopt;
}

std::vector<std::optional<std::string>> columns_of(const std::vector<sql_value>& values) {
  std::vector<std::optional<std::string>> columns;
  for (const sql_value& each : values) columns.push_back(column_of(each));
  return columns;
}

// Others are refused when a file is checked.
bool has_written_labels(const transfer_table& table, const std::vector<std::optional<std::string>>& columns) {
  const auto found = std::ranges::find(table.columns, column_type::labels, &transfer_column::type);
  const auto& labels = columns.at(static_cast<std::size_t>(found - table.columns.begin()));
  try {
    return labels_to_json(labels_from_json(labels)) == labels;
  } catch (const std::exception&) {
    return true;
  }
}

// What a line says goes into a store and comes out of it as the same line.
void check_line(const transfer_table& table, const transfer_reader& line) {
  const auto values = unless_refused<std::invalid_argument>([&] { return values_of(table, line.members()); });
  if (!values) return;
  law(values->size() == table.columns.size(), "a line has a value for each column");
  const auto columns = columns_of(*values);
  if (&table == &instance_table() && !has_written_labels(table, columns)) return;
  auto names = std::make_shared<std::vector<std::string>>();
  for (const transfer_column& each : table.columns) names->emplace_back(each.name);
  sql_row row(std::move(names), columns);
  const std::string written = line_of(plain_session(), table, row);
  const auto again = boost::json::parse(written);
  law(columns_of(values_of(table, again.as_object().at(table.line).as_object())) == columns,
      "a line is read back as it was written");
}

// The store in memory reads lines into rows of its own.
class simulated_import {
public:
  void take(const transfer_table* table, const transfer_reader& line) {
    try {
      if (line.is_instance())
        into_ = {internal::simulated::instance_from(line.members()), {}};
      else if (table != nullptr && into_)
        internal::simulated::add_line(*into_, *table, line.members());
    } catch (const std::invalid_argument&) {
      into_.reset();
    }
  }

  // Lines of the instance that was read last.
  std::string lines() const {
    std::string all;
    if (into_)
      internal::simulated::for_each_line(
          into_->row, into_->beside,
          [&](const transfer_table&, const std::string& line) { all += line + "\n"; });
    return all;
  }

private:
  std::optional<internal::simulated::transferred_instance> into_;
};

const transfer_table* table_of(const transfer_reader& line) {
  if (line.is_instance()) return &instance_table();
  const auto tables = tables_of_an_instance();
  const auto found = std::ranges::find(tables, line.kind(), &transfer_table::line);
  return found == tables.end() ? nullptr : &*found;
}

// All lines up to the end of a whole file. Throws store_failure, like the reader.
std::string import_all(std::istream& from) {
  simulated_import import;
  for (transfer_reader file(from); file.next();) {
    const transfer_table* table = table_of(file);
    if (table != nullptr) check_line(*table, file);
    import.take(table, file);
  }
  return import.lines();
}

std::string import_text(const std::string& text) {
  std::istringstream from(text);
  return import_all(from);
}

// As an export would write the file.
std::string whole_file(const std::string& lines) {
  const auto count = std::ranges::count(lines, '\n') + 1;
  return "{\"duroxide_export\":1}\n" + lines + "{\"end\":{\"lines\":" + std::to_string(count) + "}}\n";
}

}  // namespace

void take(std::string_view input) {
  try {
    const std::string lines = import_text(std::string(input));
    if (!lines.empty()) law(import_text(whole_file(lines)) == lines, "an instance is read back as written");
  } catch (const store_failure& e) {
    law(e.error().certainty == commit_certainty::broken && e.error().kind == error_kind::invalid_argument,
        "a file that cannot be read is refused as an argument");
    law(e.error().message.starts_with("line "), "a file that cannot be read is refused with a line's number");
  }
}

}  // namespace duroxide::fuzz
