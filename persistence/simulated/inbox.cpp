#include "persistence/simulated/inbox.hpp"

#include "persistence/page_room.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace duroxide::internal::simulated {

namespace {

// How far the inbox has been read.
struct inbox_position {
  // What had a sequence number up to this, and was due before `until`, has been brought.
  std::uint64_t seen = 0;
  timestamp until{timestamp::min()};
  // While one step fills more than a page (else 0): the number that it brings the reader to, how far the
  // pages have come, the time of the step, and the shards of which nothing had been brought before it.
  std::uint64_t target = 0;
  std::uint64_t brought = 0;
  timestamp target_until{timestamp::min()};
  std::vector<std::uint32_t> gained{};
};

// The numbers that a position is made of, with blanks between.
std::vector<std::int64_t> numbers_in(const std::string& text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::int64_t number = 0; at < end;) {
    const auto [behind, failed] = std::from_chars(at, end, number);
    if (failed != std::errc()) break;
    numbers.push_back(number);
    at = behind + 1;
  }
  return numbers;
}

inbox_position position_from(const std::string& text) {
  inbox_position at;
  const auto numbers = numbers_in(text);
  if (numbers.size() < 2) return at;
  at.seen = static_cast<std::uint64_t>(numbers[0]);
  at.until = timestamp(duration(numbers[1]));
  if (numbers.size() < 5) return at;
  at.target = static_cast<std::uint64_t>(numbers[2]);
  at.brought = static_cast<std::uint64_t>(numbers[3]);
  at.target_until = timestamp(duration(numbers[4]));
  for (std::size_t i = 5; i < numbers.size(); ++i)
    at.gained.push_back(static_cast<std::uint32_t>(numbers[i]));
  return at;
}

std::string to_text(const inbox_position& at) {
  const auto time = [](timestamp it) { return std::to_string(it.time_since_epoch().count()); };
  std::string text = std::to_string(at.seen) + ' ' + time(at.until);
  if (at.target == 0) return text;
  text += ' ' + std::to_string(at.target) + ' ' + std::to_string(at.brought) + ' ' + time(at.target_until);
  for (const std::uint32_t shard : at.gained) text += ' ' + std::to_string(shard);
  return text;
}

// Collects what one step brings from one shard.
class shard_reader {
public:
  shard_reader(const shard_row& from, const inbox_position& at, std::size_t limit,
               std::vector<const message_row*>& to)
      : from_(from), at_(at), limit_(limit), to_(to) {}

  // What has been put there since, or (from 0 on) all of it.
  void take_after(std::uint64_t sequence) {
    std::size_t taken = 0;
    for (auto each = from_.by_sequence.upper_bound(std::max(sequence, at_.brought));
         each != from_.by_sequence.end() && each->first <= at_.target && taken <= limit_; ++each)
      if (each->second->content.visible_at < at_.target_until) taken += take(*each->second);
  }

  // What had been there, and has come due since.
  void take_newly_due() {
    for (auto each = from_.by_time.lower_bound({at_.until, 0});
         each != from_.by_time.end() && each->first.first < at_.target_until; ++each)
      if (each->second->sequence <= at_.seen && each->second->sequence > at_.brought) take(*each->second);
  }

private:
  std::size_t take(const message_row& it) {
    if (it.delivered_under == from_.tenure) return 0;
    to_.push_back(&it);
    return 1;
  }

  const shard_row& from_;
  const inbox_position& at_;
  const std::size_t limit_;
  std::vector<const message_row*>& to_;
};

// In the order in which they were put there, and more than a page of them if there are more.
std::vector<const message_row*> next_rows(const tables& in, const undelivered_query& query,
                                          const inbox_position& at) {
  std::vector<const message_row*> found;
  for (std::uint32_t shard = 0; shard < in.shard_count(); ++shard) {
    if (!in.owns(query.node, shard)) continue;
    shard_reader reader(in.shards[shard], at, query.limit, found);
    if (std::ranges::find(at.gained, shard) != at.gained.end()) {
      reader.take_after(0);
    } else {
      reader.take_after(at.seen);
      reader.take_newly_due();
    }
  }
  std::ranges::sort(found, {}, &message_row::sequence);
  return found;
}

}  // namespace

undelivered_page read_undelivered(const tables& in, const undelivered_query& query) {
  inbox_position at = position_from(query.position);
  if (at.target == 0) {
    at.target = in.last_sequence();
    at.target_until = std::max(query.until, at.until);
    at.gained = query.gained;
  }
  const auto found = next_rows(in, query, at);
  undelivered_page page;
  persistence::page_room room(query.limit);
  for (const message_row* each : found) {
    if (room.is_full()) break;
    room.take(page.messages.emplace_back(each->content));
    at.brought = each->sequence;
    const instance_row& to = *each->to;
    if (shard_of(to.id, in.shard_count()) != to.shard) page.relocated.push_back({to.id, to.shard});
  }
  page.more = page.messages.size() < found.size();
  if (!page.more) {
    page.more = at.target_until < query.until;
    at = {at.target, at.target_until, 0, 0, timestamp::min(), {}};
  }
  page.position = to_text(at);
  return page;
}

std::vector<message> read_due(const tables& in, const due_query& query) {
  std::vector<const message_row*> rows;
  for (std::uint32_t shard = 0; shard < in.shard_count(); ++shard) {
    if (!in.owns(query.node, shard)) continue;
    const auto& by_time = in.shards[shard].by_time;
    std::size_t taken = 0;
    for (auto each = by_time.lower_bound({query.from, 0});
         each != by_time.end() && each->first.first < query.until && taken < query.limit; ++each, ++taken)
      rows.push_back(each->second);
  }
  std::ranges::sort(rows, {}, [](const message_row* each) {
    return std::pair(each->content.visible_at, each->content.id);
  });
  if (rows.size() > query.limit) rows.resize(query.limit);
  std::vector<message> due;
  for (const message_row* each : rows) due.push_back(each->content);
  return due;
}

}  // namespace duroxide::internal::simulated
