#include "persistence/simulated/listing.hpp"

#include "persistence/store_failure.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace duroxide::internal::simulated {

namespace {

bool lets_through(const instance_filter& filter, const instance_row& it) {
  const auto is_of = [](const auto& wanted, const auto& value) { return !wanted || *wanted == value; };
  const auto is_within = [](const auto& from, const auto& before, timestamp at) {
    return (!from || at >= *from) && (!before || at < *before);
  };
  if (!filter.statuses.empty() && std::ranges::find(filter.statuses, it.status) == filter.statuses.end())
    return false;
  if (!is_of(filter.orchestration, it.orchestration)) return false;
  if (filter.id_prefix && !it.id.starts_with(*filter.id_prefix)) return false;
  if (filter.parent && !(it.parent && it.parent->instance == *filter.parent)) return false;
  if (filter.roots_only && it.parent) return false;
  if (filter.has_label && std::ranges::find(it.labels, *filter.has_label) == it.labels.end()) return false;
  return is_within(filter.created_from, filter.created_before, it.created_at) &&
         is_within(filter.updated_from, filter.updated_before, it.updated_at);
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
  place at;
  switch (what.order) {
  case instance_order::created: cursor.skip("created"); break;
  case instance_order::id:
    cursor.skip("id");
    at.id = cursor.rest();
    return at;
  case instance_order::updated:
    cursor.skip("updated");
    at.updated_at = cursor.number<std::int64_t>();
    break;
  }
  at.key = cursor.number<std::uint64_t>();
  cursor.end();
  return at;
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

std::pair<std::int64_t, std::uint64_t> change_of(const instance_row* it) {
  return {it->updated_at.time_since_epoch().count(), it->key};
}

// Fills a page from rows that come in its order, upwards; `from` is where the rows behind the cursor begin,
// or (downwards) where they end.
template <class Rows, class Place, class Row>
instance_page page_from(const Rows& rows, Place from, const instance_query& what, Row row) {
  instance_page page;
  const instance_row* last = nullptr;
  const auto is_full = [&](const instance_row& it) {
    if (!lets_through(what.filter, it)) return false;
    if (page.instances.size() == what.limit) {
      page.cursor = cursor_behind(what, *last);
      return true;
    }
    last = &it;
    page.instances.push_back(summary_of(it));
    return false;
  };
  if (what.descending) {
    while (from != rows.begin())
      if (is_full(row(*--from))) break;
  } else {
    for (; from != rows.end(); ++from)
      if (is_full(row(*from))) break;
  }
  return page;
}

instance_page by_creation(const tables& in, const instance_query& what) {
  const auto& rows = in.instances_by_key();
  auto from = what.descending ? rows.end() : rows.begin();
  if (!what.cursor.empty()) {
    const place at = place_from(what);
    from = what.descending ? rows.lower_bound(at.key) : rows.upper_bound(at.key);
  }
  return page_from(rows, from, what, [](const auto& each) -> const instance_row& { return *each.second; });
}

instance_page by_id(const tables& in, const instance_query& what) {
  const auto& rows = in.instances();
  auto from = what.descending ? rows.end() : rows.begin();
  if (!what.cursor.empty()) {
    const place at = place_from(what);
    from = what.descending ? rows.lower_bound(at.id) : rows.upper_bound(at.id);
  }
  return page_from(rows, from, what, [](const auto& each) -> const instance_row& { return each.second; });
}

instance_page by_change(const tables& in, const instance_query& what) {
  std::vector<const instance_row*> rows;
  for (const auto& [key, each] : in.instances_by_key()) rows.push_back(each);
  std::ranges::sort(rows, {}, change_of);
  auto from = what.descending ? rows.cend() : rows.cbegin();
  if (!what.cursor.empty()) {
    const place at = place_from(what);
    const std::pair behind(at.updated_at, at.key);
    from = what.descending ? std::ranges::lower_bound(std::as_const(rows), behind, {}, change_of)
                           : std::ranges::upper_bound(std::as_const(rows), behind, {}, change_of);
  }
  return page_from(std::as_const(rows), from, what,
                   [](const instance_row* each) -> const instance_row& { return *each; });
}

}  // namespace

instance_summary summary_of(const instance_row& it) {
  instance_summary found;
  found.instance = it.id;
  found.orchestration = it.orchestration;
  found.version = it.version;
  found.status = it.status;
  found.execution = it.execution;
  if (it.parent) found.parent = it.parent->instance;
  found.created_at = it.created_at;
  found.updated_at = it.updated_at;
  found.labels = it.labels;
  return found;
}

instance_page list_instances(const tables& in, const instance_query& what) {
  switch (what.order) {
  case instance_order::created: return by_creation(in, what);
  case instance_order::id: return by_id(in, what);
  case instance_order::updated: break;
  }
  return by_change(in, what);
}

}  // namespace duroxide::internal::simulated
