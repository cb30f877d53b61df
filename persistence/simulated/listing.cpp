#include "persistence/simulated/listing.hpp"

#include "persistence/store_failure.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace duroxide::internal::simulated {

namespace {

// Tells which rows a filter lets through. The filter must outlive it.
class row_filter {
public:
  explicit row_filter(const instance_filter& wanted) : wanted_(wanted) {
    if (wanted.ids) ids_.emplace(wanted.ids->begin(), wanted.ids->end());
  }
  bool lets_through(const instance_row& row) const;

private:
  const instance_filter& wanted_;
  std::optional<std::unordered_set<std::string_view>> ids_;
};

bool row_filter::lets_through(const instance_row& row) const {
  const auto matches = [](const auto& wanted, const auto& value) { return !wanted || *wanted == value; };
  const auto is_within = [](const auto& from, const auto& before, timestamp time) {
    return (!from || time >= *from) && (!before || time < *before);
  };
  const auto& statuses = wanted_.statuses;
  const auto& labelled = wanted_.has_label;
  if (!statuses.empty() && std::ranges::find(statuses, row.status) == statuses.end()) return false;
  if (!matches(wanted_.orchestration, row.orchestration)) return false;
  if (wanted_.id_prefix && !row.id.starts_with(*wanted_.id_prefix)) return false;
  if (ids_ && !ids_->contains(row.id)) return false;
  if (wanted_.parent && !(row.parent && row.parent->instance == *wanted_.parent)) return false;
  if (wanted_.roots_only && row.parent) return false;
  if (labelled && std::ranges::find(row.labels, *labelled) == row.labels.end()) return false;
  return is_within(wanted_.created_from, wanted_.created_before, row.created_at) &&
         is_within(wanted_.updated_from, wanted_.updated_before, row.updated_at);
}

// Where a page ended. "created 17", "id orders-4", "updated 1700000000000 17": the order, and what the last
// instance was.
struct place {
  std::int64_t updated_at = 0;
  std::uint64_t key = 0;
  std::string id{};
};

class cursor_reader {
public:
  explicit cursor_reader(const std::string& cursor) : cursor_(cursor), rest_(cursor) {}

  void skip(std::string_view word) {
    if (!rest_.starts_with(word) || !rest_.substr(word.size()).starts_with(' ')) refuse();
    rest_.remove_prefix(word.size() + 1);
  }
  template <class Number> Number number() {
    const std::string_view digits = rest_.substr(0, rest_.find(' '));
    Number value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failed != std::errc() || end != digits.data() + digits.size()) refuse();
    rest_.remove_prefix(std::min(digits.size() + 1, rest_.size()));
    return value;
  }
  std::string rest() { return std::string(std::exchange(rest_, {})); }
  void end() const {
    if (!rest_.empty()) refuse();
  }

private:
  [[noreturn]] void refuse() const {
    throw persistence::store_failure(
        commit_certainty::broken, error_kind::invalid_argument,
        "'" + cursor_ +
            "' is not a cursor of such a query; give the one of the page before, with the same "
            "order, or none to begin anew");
  }

  const std::string& cursor_;
  std::string_view rest_;
};

place place_from(const instance_query& what) {
  cursor_reader cursor(what.cursor);
  place behind;
  switch (what.order) {
  case instance_order::created: cursor.skip("created"); break;
  case instance_order::id:
    cursor.skip("id");
    behind.id = cursor.rest();
    return behind;
  case instance_order::updated:
    cursor.skip("updated");
    behind.updated_at = cursor.number<std::int64_t>();
    break;
  }
  behind.key = cursor.number<std::uint64_t>();
  cursor.end();
  return behind;
}

std::string cursor_behind(const instance_query& what, const instance_row& last) {
  const std::string key = std::to_string(last.key);
  switch (what.order) {
  case instance_order::created: return "created " + key;
  case instance_order::id: return "id " + last.id;
  case instance_order::updated: break;
  }
  return "updated " + std::to_string(last.updated_at.time_since_epoch().count()) + " " + key;
}

std::pair<std::int64_t, std::uint64_t> change_of(const instance_row* row) {
  return {row->updated_at.time_since_epoch().count(), row->key};
}

// Fills a page from rows that come in its order, upwards; `from` is where the rows behind the cursor begin,
// or (downwards) where they end.
template <class Rows, class Place, class Row>
instance_page page_from(const Rows& all, Place from, const instance_query& what,
                        const row_condition& lets_through, Row row_at) {
  instance_page page;
  const instance_row* last = nullptr;
  const auto is_full = [&](const instance_row& row) {
    if (!lets_through(row)) return false;
    if (page.instances.size() == what.limit) {
      page.cursor = cursor_behind(what, *last);
      return true;
    }
    last = &row;
    page.instances.push_back(summary_of(row));
    return false;
  };
  if (what.descending) {
    while (from != all.begin())
      if (is_full(row_at(*--from))) break;
  } else {
    for (; from != all.end(); ++from)
      if (is_full(row_at(*from))) break;
  }
  return page;
}

instance_page by_creation(const tables& rows, const instance_query& what, const row_condition& lets_through) {
  const auto& all = rows.instances.by_key();
  auto from = what.descending ? all.end() : all.begin();
  if (!what.cursor.empty()) {
    const place behind = place_from(what);
    from = what.descending ? all.lower_bound(behind.key) : all.upper_bound(behind.key);
  }
  return page_from(all, from, what, lets_through,
                   [](const auto& each) -> const instance_row& { return *each.second; });
}

instance_page by_id(const tables& rows, const instance_query& what, const row_condition& lets_through) {
  const auto& all = rows.instances.by_id();
  auto from = what.descending ? all.end() : all.begin();
  if (!what.cursor.empty()) {
    const place behind = place_from(what);
    from = what.descending ? all.lower_bound(behind.id) : all.upper_bound(behind.id);
  }
  return page_from(all, from, what, lets_through,
                   [](const auto& each) -> const instance_row& { return each.second; });
}

instance_page by_change(const tables& rows, const instance_query& what, const row_condition& lets_through) {
  std::vector<const instance_row*> all;
  for (const auto& [key, each] : rows.instances.by_key()) all.push_back(each);
  std::ranges::sort(all, {}, change_of);
  auto from = what.descending ? all.cend() : all.cbegin();
  if (!what.cursor.empty()) {
    const place behind = place_from(what);
    const std::pair last(behind.updated_at, behind.key);
    from = what.descending ? std::ranges::lower_bound(std::as_const(all), last, {}, change_of)
                           : std::ranges::upper_bound(std::as_const(all), last, {}, change_of);
  }
  return page_from(std::as_const(all), from, what, lets_through,
                   [](const instance_row* each) -> const instance_row& { return *each; });
}

}  // namespace

instance_summary summary_of(const instance_row& row) {
  instance_summary found;
  found.instance = row.id;
  found.orchestration = row.orchestration;
  found.version = row.version;
  found.status = row.status;
  found.execution = row.execution;
  if (row.parent) found.parent = row.parent->instance;
  found.created_at = row.created_at;
  found.updated_at = row.updated_at;
  found.labels = row.labels;
  return found;
}

instance_page list_instances(const tables& rows, const instance_query& what) {
  const row_filter filter(what.filter);
  return page_of(rows, what, [&](const instance_row& row) { return filter.lets_through(row); });
}

instance_page page_of(const tables& rows, const instance_query& what, const row_condition& lets_through) {
  switch (what.order) {
  case instance_order::created: return by_creation(rows, what, lets_through);
  case instance_order::id: return by_id(rows, what, lets_through);
  case instance_order::updated: break;
  }
  return by_change(rows, what, lets_through);
}

}  // namespace duroxide::internal::simulated
