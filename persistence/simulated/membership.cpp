#include "persistence/simulated/membership.hpp"

#include "persistence/fenced.hpp"
#include "persistence/simulated/sessions.hpp"

#include <algorithm>
#include <concepts>
#include <string>
#include <string_view>

namespace duroxide::internal::simulated {

namespace {

// Each look at the others is a sign of life; two may be lost before a member is suspected.
constexpr duration most_between_signs = std::chrono::seconds(10);

std::string as_text(timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto padded = [](std::integral auto number, std::size_t width) {
    const std::string digits = std::to_string(number);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
  };
  return padded(static_cast<int>(date.year()), 1) + '-' + padded(static_cast<unsigned>(date.month()), 2) +
         '-' + padded(static_cast<unsigned>(date.day()), 2) + ' ' + padded(clock.hours().count(), 2) + ':' +
         padded(clock.minutes().count(), 2) + ':' + padded(clock.seconds().count(), 2) + " UTC";
}

void tell_all(tables& rows, news& concerned) {
  ++rows.cluster.members_news;
  concerned.all = true;
}

// As many for each as all need to be owned, so that shares differ by little and nothing is moved without
// need.
std::size_t share_of(const tables& rows, std::uint64_t node) {
  if (!rows.cluster.nodes.at(node).offer.runs_orchestrations) return 0;
  const auto owners =
      static_cast<std::size_t>(std::ranges::count_if(rows.cluster.nodes, [](const auto& each) {
        return each.second.is_alive() && each.second.offer.runs_orchestrations;
      }));
  return (rows.cluster.shards.size() + owners - 1) / owners;
}

std::size_t owned_by(const tables& rows, std::uint64_t node) {
  return static_cast<std::size_t>(std::ranges::count(rows.cluster.shards, node, &shard_row::node));
}

// What is left of their activities, which only the owner of the shard may take, is held by it then.
std::vector<owned_shard> take_free_shards(tables& rows, std::uint64_t node, std::size_t share) {
  std::vector<owned_shard> taken;
  std::size_t owned = owned_by(rows, node);
  for (std::uint32_t shard = 0; shard < rows.cluster.shard_count() && owned < share; ++shard) {
    shard_row& row = rows.cluster.shards[shard];
    if (row.node != nobody) continue;
    if (taken.empty()) ++rows.cluster.last_tenure;
    row.node = node;
    row.tenure = rows.cluster.last_tenure;
    taken.push_back({shard, row.tenure, row.after_crash});
    ++owned;
  }
  if (taken.empty()) return taken;
  rows.activities.for_each([&](activity_row& each) {
    const bool is_left = each.owner == nobody && !each.what.claimable && !each.finished;
    if (is_left && rows.cluster.shards[each.instance->shard].node == node)
      rows.activities.change(each, [node](activity_row& row) { row.owner = node; });
  });
  return taken;
}

}  // namespace

void require_member(const tables& rows, std::uint64_t node) {
  if (!rows.cluster.is_member(node)) persistence::throw_fenced(node);
}

bool membership::is_dead(const node_row& row, timestamp now) const {
  return row.is_alive() && (row.is_silenced || now - row.last_seen_at > store_.options().suspect_after);
}

std::vector<std::uint64_t> membership::dead_members(const tables& rows, std::uint64_t node) const {
  std::vector<std::uint64_t> dead;
  const timestamp time = now();
  for (const auto& [id, each] : rows.cluster.nodes)
    if (id != node && is_dead(each, time)) dead.push_back(id);
  return dead;
}

// Its writers are fenced before anything of it is given away.
void membership::end(tables& rows, std::uint64_t node, const char* state) const {
  node_row& row = rows.cluster.nodes.at(node);
  row.state = state;
  row.last_seen_at = now();
  std::erase_if(rows.cluster.writers, [node](const auto& each) { return each.first.first == node; });
  for (shard_row& shard : rows.cluster.shards) {
    if (shard.node != node) continue;
    shard.node = nobody;
    shard.after_crash = std::string_view(state) == "dead";
  }
  free_sessions(rows, node);
}

// Messages need no change: `delivered_under` counts only under the tenure that it names.
void membership::expire_node(tables& rows, std::uint64_t node) const {
  end(rows, node, "dead");
  // A crash is counted for what it was running, with the name of the node.
  const std::string death_record = "node " + std::to_string(node) + " (" +
                                   rows.cluster.nodes.at(node).offer.name +
                                   ") died; it was declared dead at " + as_text(now()) + "\n";
  rows.activities.for_each([&](activity_row& each) {
    if (each.owner != node) return;
    rows.activities.change(each, [&](activity_row& row) {
      ++row.what.crash_count;
      row.what.failures += death_record;
      row.owner = nobody;
    });
  });
  for (auto& [instance, probation] : rows.probations) {
    if (probation.node != node) continue;
    ++probation.record.crash_count;
    probation.record.failures += death_record;
    probation.node = nobody;
  }
}

bool membership::expire_dead_nodes(tables& rows, std::uint64_t node) const {
  const auto dead = dead_members(rows, node);
  for (const std::uint64_t each : dead) expire_node(rows, each);
  return !dead.empty();
}

node_membership membership::join(tables& rows, news& concerned, const node_offer& offer,
                                 std::uint64_t connection) const {
  node_membership joined;
  joined.shard_count = rows.cluster.shard_count();
  joined.node = ++rows.cluster.last_node;
  node_row& row = rows.cluster.nodes[joined.node];
  row.offer = offer;
  row.started_at = row.last_seen_at = now();
  row.connection = connection;
  expire_dead_nodes(rows, joined.node);
  joined.shards = take_free_shards(rows, joined.node, share_of(rows, joined.node));
  tell_all(rows, concerned);
  row.news_seen = rows.cluster.members_news;
  return joined;
}

heartbeat_result membership::heartbeat(tables& rows, news& concerned, std::uint64_t node,
                                       const node_load& load) const {
  require_member(rows, node);
  node_row& row = rows.cluster.nodes.at(node);
  row.last_seen_at = now();
  row.load = load;
  if (expire_dead_nodes(rows, node)) tell_all(rows, concerned);
  heartbeat_result brought;
  const std::size_t share = share_of(rows, node);
  brought.gained = take_free_shards(rows, node, share);
  brought.surplus = owned_by(rows, node) - std::min(owned_by(rows, node), share);
  row.news_seen = rows.cluster.members_news;
  return brought;
}

std::optional<duration> membership::next_heartbeat_in(const tables& rows, std::uint64_t node) const {
  const auto found = rows.cluster.nodes.find(node);
  if (found == rows.cluster.nodes.end() || found->second.state == "left") return std::nullopt;
  const node_row& row = found->second;
  if (!row.is_alive()) return duration(0);  // expired, and may not know it: `heartbeat` tells
  const bool has_company =
      std::ranges::find(rows.cluster.shards, nobody, &shard_row::node) != rows.cluster.shards.end() ||
      std::ranges::any_of(rows.cluster.nodes,
                          [node](const auto& each) { return each.first != node && each.second.is_alive(); });
  if (!has_company) return std::nullopt;
  if (row.news_seen != rows.cluster.members_news) return duration(0);
  const duration between_signs = std::min(most_between_signs, store_.options().suspect_after / 3);
  return std::max(duration(0), row.last_seen_at + between_signs - now());
}

// What is still running of its activities stays with the node; its outcome is accepted as that of one
// that was claimed.
void membership::release(tables& rows, news& concerned, std::uint64_t node,
                         const std::vector<std::uint32_t>& shards) {
  require_member(rows, node);
  const auto is_named = [&](std::uint32_t shard) { return std::ranges::find(shards, shard) != shards.end(); };
  rows.activities.for_each([&](activity_row& each) {
    if (each.owner == node && !each.what.claimable && is_named(each.instance->shard))
      rows.activities.change(each, [](activity_row& row) { row.what.claimable = true; });
  });
  for (const std::uint32_t each : shards) {
    if (each >= rows.cluster.shard_count() || rows.cluster.shards[each].node != node) continue;
    rows.cluster.shards[each].node = nobody;
  }
  tell_all(rows, concerned);
}

void membership::leave(tables& rows, news& concerned, std::uint64_t node,
                       const std::vector<std::uint32_t>& suspect) const {
  if (!rows.cluster.is_member(node)) return;
  end(rows, node, "left");
  for (const std::uint32_t each : suspect)
    if (each < rows.cluster.shard_count() && rows.cluster.shards[each].node == nobody)
      rows.cluster.shards[each].after_crash = true;
  rows.activities.for_each([&](activity_row& each) {
    if (each.owner == node) rows.activities.change(each, [](activity_row& row) { row.owner = nobody; });
  });
  for (auto& [instance, probation] : rows.probations)
    if (probation.node == node) probation.node = nobody;
  tell_all(rows, concerned);
}

void membership::lose_connection(tables& rows, news& concerned, std::uint64_t connection) {
  bool had_members = false;
  for (auto& [id, each] : rows.cluster.nodes) {
    if (each.connection != connection || !each.is_alive()) continue;
    each.is_silenced = true;
    had_members = true;
  }
  if (had_members) tell_all(rows, concerned);
}

}  // namespace duroxide::internal::simulated
