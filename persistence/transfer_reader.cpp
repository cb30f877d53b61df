#include "persistence/transfer_reader.hpp"

#include "persistence/store_failure.hpp"

namespace duroxide::persistence {

namespace json = boost::json;

transfer_reader::transfer_reader(std::istream& source) : source_(source) {
  source_.clear();
  source_.seekg(0);
  ++number_;
  json::error_code failed;
  if (!std::getline(source_, line_)) refuse("the file is empty, or cannot be read");
  const json::value first = json::parse(line_, failed);
  const auto* members = failed ? nullptr : first.if_object();
  const auto* format = members != nullptr ? members->if_contains("duroxide_export") : nullptr;
  if (format == nullptr || !format->is_int64()) refuse("not a duroxide export file");
  if (format->get_int64() != transfer_format)
    refuse("the file has format " + json::serialize(*format) + ", this duroxide reads format " +
           std::to_string(transfer_format));
}

bool transfer_reader::next() {
  const std::uint64_t before = number_++;
  if (!std::getline(source_, line_))
    refuse("the file ends here, but it is not whole: its last line is missing");
  read_line();
  if (kind_ != "end") return true;
  const auto* lines = members_.if_contains("lines");
  if (lines == nullptr || !lines->is_int64() || static_cast<std::uint64_t>(lines->get_int64()) != before)
    refuse("lines are missing before the last one, or there are too many");
  return false;
}

void transfer_reader::read_line() {
  json::error_code failed;
  json::value parsed = json::parse(line_, failed);
  if (failed) refuse("it is not JSON: " + failed.message());
  auto* object = parsed.if_object();
  if (object == nullptr || object->size() != 1 || !object->begin()->value().is_object())
    refuse(R"(a line is {"KIND":{...}})");
  kind_ = object->begin()->key();
  members_ = std::move(object->begin()->value().as_object());
}

void transfer_reader::refuse(const std::string& reason, std::uint64_t number) const {
  throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                      "line " + std::to_string(number) + ": " + reason);
}

}  // namespace duroxide::persistence
