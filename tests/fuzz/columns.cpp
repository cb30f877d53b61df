// Columns of words and of small JSON texts, as providers read them back: kinds, states, errors, labels,
// versions.
#include "duroxide/history_event.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/message.hpp"
#include "duroxide/semantic_version.hpp"
#include "persistence/decoding.hpp"
#include "persistence/label_json.hpp"
#include "tests/fuzz/fuzzing.hpp"

#include <stdexcept>
#include <string>

namespace duroxide::fuzz {

namespace {

using namespace persistence;

// As the providers decode: what cannot be read names its row, and nothing else comes out.
template <class Decode> auto read(Decode decode) -> std::optional<decltype(decode())> {
  try {
    return decoded("inbox", "7", decode);
  } catch (const store_failure& e) {
    law(e.error().certainty == commit_certainty::broken && e.error().kind == error_kind::corrupted_history,
        "what cannot be read is corrupted");
    law(e.error().message.starts_with("the row of table inbox with id 7 cannot be read: "),
        "what cannot be read is named");
    return std::nullopt;
  }
}

void check_error(const std::string& column) {
  const auto error = read([&] { return error_from_column(column); });
  if (!error) return;
  law(error->has_value(), "a column that is not null is an error");
  law(error_from_column(error_to_json(*error)) == *error, "an error is read back as it was written");
}

void check_labels(const std::string& column) {
  const auto labels = read([&] { return labels_from_json(column); });
  if (!labels) return;
  law(labels_from_json(labels_to_json(*labels)) == *labels, "labels are read back as they were written");
}

template <class From> void check_word(const std::string& column, From from) {
  if (const auto word = unless_refused<std::invalid_argument>([&] { return from(column); }))
    law(to_string(*word) == column, "a word is read back as it was written");
}

void check_version(const std::string& column) {
  const auto version = unless_refused<configuration_error>([&] { return semantic_version::parse(column); });
  law(version.has_value() == semantic_version::is_valid(column),
      "what is valid can be parsed, and only that");
  if (version) law(version->text() == column, "a version is read back as it was written");
}

}  // namespace

void take(std::string_view input) {
  const std::string column(input);
  check_error(column);
  check_labels(column);
  check_version(column);
  check_word(column, message_kind_from);
  check_word(column, event_kind_from);
  check_word(column, runtime_status_from);
  check_word(column, error_kind_from);
  check_word(column, error_category_from);
}

}  // namespace duroxide::fuzz
