#include "persistence/simulated/transfer.hpp"

#include "persistence/simulated/core.hpp"
#include "persistence/simulated/transfer_lines.hpp"
#include "persistence/store_failure.hpp"
#include "persistence/transfer_difference.hpp"
#include "persistence/transfer_reader.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace duroxide::internal::simulated {

namespace {

namespace json = boost::json;
using persistence::store_failure;
using persistence::transfer_reader;
using persistence::transfer_table;
using lines = std::vector<std::string>;

lines lines_of(const instance_row& row, const kept_beside_row& beside) {
  lines all;
  for_each_line(row, beside,
                [&](const transfer_table&, std::string line) { all.push_back(std::move(line)); });
  return all;
}

kept_beside_row kept_of(const tables& rows, const instance_row& row) {
  kept_beside_row kept;
  if (const auto found = rows.answers.find(row.id); found != rows.answers.end()) kept.answers = found->second;
  if (const auto found = rows.problems.find(row.key); found != rows.problems.end())
    kept.problem = found->second;
  return kept;
}

std::vector<const instance_row*> chosen(const tables& rows, const std::optional<std::string>& root) {
  std::vector<const instance_row*> found;
  if (!root) {
    for (const auto& [key, each] : rows.instances.by_key()) found.push_back(each);
  } else if (const instance_row* row = rows.instances.find(*root); row != nullptr) {
    for (const auto& [each, depth] : rows.instances.family_of(*row)) found.push_back(each);
    std::ranges::sort(found, {}, &instance_row::key);
  }
  return found;
}

std::string id_in(const transfer_reader& line) {
  const auto* id = line.members().if_contains("id");
  if (id == nullptr || !id->is_string() || id->get_string().empty()) line.refuse("the instance has no id");
  return std::string(id->get_string());
}

const transfer_table& table_of(const transfer_reader& line) {
  const auto tables = persistence::tables_of_an_instance();
  const auto table =
      std::ranges::find_if(tables, [&](const transfer_table& each) { return line.kind() == each.line; });
  if (table == tables.end()) line.refuse("nothing is called '" + line.kind() + "'");
  return *table;
}

// An instance of a file: what it will be, and what the file says of it.
struct arrival {
  transferred_instance what;
  lines source;
};

class importer {
public:
  explicit importer(tables& rows) : rows_(rows) {}

  void take(const transfer_reader& line) {
    try {
      line.is_instance() ? begin(line) : add(line);
    } catch (const std::invalid_argument& e) {
      line.refuse(e.what());
    }
    arrivals_.back().source.push_back(line.line());
  }

  transfer finish() {
    for (const arrival& each : arrivals_) require_same(each);
    std::vector<instance_row*> added;
    for (auto& [what, source] : arrivals_) {
      what.row.shard = shard_of(what.row.id, rows_.cluster.shard_count());
      auto& [row, beside] = what;
      if (!beside.answers.empty()) rows_.answers[row.id] = std::move(beside.answers);
      instance_row& stored = rows_.add(std::move(row));
      if (beside.problem) {
        beside.problem->instance = stored.id;
        beside.problem->life = stored.key;
        rows_.problems[stored.key] = *std::move(beside.problem);
      }
      added.push_back(&stored);
    }
    for (instance_row* each : added) find_root(*each);
    return taken_;
  }

private:
  void begin(const transfer_reader& line) {
    const std::string id = id_in(line);
    if (rows_.instances.find(id) != nullptr || !ids_.insert(id).second)
      line.refuse("instance '" + id + "' exists already; delete it first, or leave it out");
    arrivals_.push_back({{instance_from(line.members()), {}}, {}});
    ++taken_.instances;
  }

  void add(const transfer_reader& line) {
    const transfer_table& table = table_of(line);
    if (arrivals_.empty()) line.refuse("it belongs to no instance");
    add_line(arrivals_.back().what, table, line.members());
    ++(taken_.*table.count);
  }

  static void require_same(const arrival& each);
  // A file does not say of a child whose tree it is in.
  void find_root(instance_row& row) const {
    const instance_row* above = &row;
    while (above->parent && row.depth < rows_.instances.by_id().size()) {
      const instance_row* next = rows_.instances.find(above->parent->instance);
      if (next == nullptr) break;
      above = next;
      ++row.depth;
    }
    if (row.depth > 0) row.root = above->key;
  }

  tables& rows_;
  std::vector<arrival> arrivals_;
  std::set<std::string> ids_;
  transfer taken_;
};

void importer::require_same(const arrival& each) {
  const std::string what = persistence::difference(each.source, lines_of(each.what.row, each.what.beside));
  if (!what.empty())
    throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                        "instance '" + each.what.row.id + "' would not be what the file says: " + what);
}

}  // namespace

transfer export_instances(const tables& rows, std::ostream& to, const std::optional<std::string>& root) {
  transfer written;
  std::uint64_t count = 0;
  const auto write = [&](const std::string& line) {
    to << line << '\n';
    ++count;
    if (!to)
      throw store_failure(commit_certainty::not_done, error_kind::invalid_argument,
                          "the file cannot be written");
  };
  write(json::serialize(
      json::object{{"duroxide_export", persistence::transfer_format}, {"from", description}}));
  for (const instance_row* each : chosen(rows, root))
    for_each_line(*each, kept_of(rows, *each), [&](const transfer_table& table, const std::string& line) {
      write(line);
      ++(written.*table.count);
    });
  write(json::serialize(json::object{{"end", {{"lines", count}}}}));
  to.flush();
  return written;
}

transfer import_instances(tables& rows, std::istream& from) {
  importer importing(rows);
  transfer_reader file(from);
  while (file.next()) importing.take(file);
  return importing.finish();
}

std::vector<inconsistency> compare_instances(const tables& rows, std::istream& from, std::size_t limit) {
  std::vector<inconsistency> found;
  std::string id;
  lines source;
  const auto compare = [&] {
    if (source.empty() || found.size() == limit) return;
    const instance_row* row = rows.instances.find(id);
    std::string what =
        persistence::difference(source, row == nullptr ? lines() : lines_of(*row, kept_of(rows, *row)));
    if (!what.empty()) found.push_back({id, std::move(what)});
  };
  transfer_reader file(from);
  while (file.next()) {
    if (file.is_instance()) {
      compare();
      id = id_in(file);
      source.clear();
    } else if (source.empty()) {
      file.refuse("it belongs to no instance");
    }
    source.push_back(file.line());
  }
  compare();
  return found;
}

}  // namespace duroxide::internal::simulated
