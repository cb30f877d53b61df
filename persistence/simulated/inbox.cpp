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
  const char* position = text.data();
  const char* const end = position + text.size();
  for (std::int64_t number = 0; position < end;) {
    const auto [behind, failed] = std::from_chars(position, end, number);
    if (failed != std::errc()) break;
    numbers.push_back(number);
    position = behind + 1;
  }
  return numbers;
}

inbox_position position_from(const std::string& text) {
  inbox_position position;
  const auto numbers = numbers_in(text);
  if (numbers.size() < 2) return position;
  position.seen = static_cast<std::uint64_t>(numbers[0]);
  position.until = timestamp(duration(numbers[1]));
  if (numbers.size() < 5) return position;
  position.target = static_cast<std::uint64_t>(numbers[2]);
  position.brought = static_cast<std::uint64_t>(numbers[3]);
  position.target_until = timestamp(duration(numbers[4]));
  for (std::size_t i = 5; i < numbers.size(); ++i)
    position.gained.push_back(static_cast<std::uint32_t>(numbers[i]));
  return position;
}

std::string to_text(const inbox_position& position) {
  const auto time = [](timestamp row) { return std::to_string(row.time_since_epoch().count()); };
  std::string text = std::to_string(position.seen) + ' ' + time(position.until);
  if (position.target == 0) return text;
  text += ' ' + std::to_string(position.target) + ' ' + std::to_string(position.brought) + ' ' +
          time(position.target_until);
  for (const std::uint32_t shard : position.gained) text += ' ' + std::to_string(shard);
  return text;
}

// Collects what one step brings from one shard.
class shard_reader {
public:
  shard_reader(const shard_row& shard, const inbox_position& position, std::size_t limit,
               std::vector<const message_row*>& found)
      : shard_(shard), position_(position), limit_(limit), found_(found) {}

  // What has been put there since, or (from 0 on) all of it.
  void take_after(std::uint64_t sequence) {
    std::size_t taken = 0;
    for (auto each = shard_.by_sequence.upper_bound(std::max(sequence, position_.brought));
         each != shard_.by_sequence.end() && each->first <= position_.target && taken <= limit_; ++each)
      if (each->second->content.visible_at < position_.target_until) taken += take(*each->second);
  }

  // What had been there, and has come due since.
  void take_newly_due() {
    for (auto each = shard_.by_time.lower_bound({position_.until, 0});
         each != shard_.by_time.end() && each->first.first < position_.target_until; ++each)
      if (each->second->sequence <= position_.seen && each->second->sequence > position_.brought)
        take(*each->second);
  }

private:
  std::size_t take(const message_row& row) {
    if (row.delivered_under == shard_.tenure) return 0;
    found_.push_back(&row);
    return 1;
  }

  const shard_row& shard_;
  const inbox_position& position_;
  const std::size_t limit_;
  std::vector<const message_row*>& found_;
};

// In the order in which they were put there, and more than a page of them if there are more.
std::vector<const message_row*> next_rows(const tables& rows, const persistence::undelivered_query& query,
                                          const inbox_position& position) {
  std::vector<const message_row*> found;
  for (std::uint32_t shard = 0; shard < rows.cluster.shard_count(); ++shard) {
    if (!rows.cluster.owns(query.node, shard)) continue;
    shard_reader reader(rows.cluster.shards[shard], position, query.limit, found);
    if (std::ranges::find(position.gained, shard) != position.gained.end()) {
      reader.take_after(0);
    } else {
      reader.take_after(position.seen);
      reader.take_newly_due();
    }
  }
  std::ranges::sort(found, {}, &message_row::sequence);
  return found;
}

}  // namespace

undelivered_page read_undelivered(const tables& rows, const persistence::undelivered_query& query) {
  inbox_position position = position_from(query.position);
  if (position.target == 0) {
    position.target = rows.messages.last_sequence();
    position.target_until = std::max(query.until, position.until);
    position.gained = query.gained;
  }
  const auto found = next_rows(rows, query, position);
  undelivered_page page;
  persistence::page_room room(query.limit);
  for (const message_row* each : found) {
    if (room.is_full()) break;
    room.take(page.messages.emplace_back(each->content));
    position.brought = each->sequence;
    const instance_row& receiver = *each->receiver;
    if (shard_of(receiver.id, rows.cluster.shard_count()) != receiver.shard)
      page.relocated.push_back({receiver.id, receiver.shard});
  }
  page.more = page.messages.size() < found.size();
  if (!page.more) {
    page.more = position.target_until < query.until;
    position = {position.target, position.target_until, 0, 0, timestamp::min(), {}};
  }
  page.position = to_text(position);
  return page;
}

std::vector<message> read_due(const tables& rows, const persistence::due_query& query) {
  std::vector<const message_row*> found;
  for (std::uint32_t shard = 0; shard < rows.cluster.shard_count(); ++shard) {
    if (!rows.cluster.owns(query.node, shard)) continue;
    const auto& by_time = rows.cluster.shards[shard].by_time;
    std::size_t taken = 0;
    for (auto each = by_time.lower_bound({query.from, 0});
         each != by_time.end() && each->first.first < query.until && taken < query.limit; ++each, ++taken)
      found.push_back(each->second);
  }
  std::ranges::sort(found, {}, [](const message_row* each) {
    return std::pair(each->content.visible_at, each->content.id);
  });
  if (found.size() > query.limit) found.resize(query.limit);
  std::vector<message> due;
  for (const message_row* each : found) due.push_back(each->content);
  return due;
}

}  // namespace duroxide::internal::simulated
