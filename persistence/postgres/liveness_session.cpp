#include "persistence/postgres/liveness_session.hpp"

#include "persistence/store_failure.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <utility>

namespace duroxide::persistence::postgres {

namespace {

constexpr int first_pause_ms = 50;
constexpr int longest_pause_ms = 2000;

// Half of it or more: all processes of a cluster lose their sessions together.
int pause_after(int failures) {
  const int full = std::min(longest_pause_ms, first_pause_ms << std::min(failures, 6));
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_int_distribution<int>(full / 2, full)(random);
}

bool names(std::string_view list, std::uint64_t node) {
  while (!list.empty()) {
    std::uint64_t each = 0;
    const auto [end, error] = std::from_chars(list.data(), list.data() + list.size(), each);
    if (error == std::errc() && each == node) return true;
    const std::size_t blank = list.find(' ');
    if (blank == std::string_view::npos) return false;
    list.remove_prefix(blank + 1);
  }
  return false;
}

}  // namespace

liveness_session::~liveness_session() {
  stopping_ = true;
  nudge_.set();
  if (thread_.joinable()) thread_.join();
}

connection& liveness_session::session() {
  if (session_ && session_->is_alive()) return *session_;
  session_ = new_session();
  if (std::exchange(had_session_, true)) come_back();
  return *session_;
}

// All that it is for, or none.
std::unique_ptr<connection> liveness_session::new_session() {
  auto made = setup_.connect();
  std::erase_if(nodes_, [&](const auto& each) { return each.second != history_of(*made); });
  for (const auto& [node, history] : nodes_) {
    const auto id = static_cast<std::int32_t>(node);
    // Nobody but this process locks it. A server that has not missed the session before, because the network
    // lost it without a word, would keep it for hours.
    made->run("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2 "
              "and granted and classid = $1::bigint::oid and objid = $2::oid and pid <> pg_backend_pid() "
              "and database = (select oid from pg_database where datname = current_database())",
              static_cast<std::int64_t>(static_cast<std::uint32_t>(setup_.lock_class)), id);
    made->run("select pg_advisory_lock($1, $2)", setup_.lock_class, id);
  }
  if (listening_) made->listen(setup_.heard.work);
  if (hears_commits_) made->listen(setup_.heard.commits);
  return made;
}

// Those that wait read from the store what was missed meanwhile.
void liveness_session::come_back() {
  back_since_ = std::chrono::steady_clock::now();
  failures_ = 0;
  heard_.note_members();
  heard_.note_deletions();
  heard_.ring_all();
}

std::chrono::steady_clock::duration liveness_session::unbroken_for() {
  constexpr std::chrono::hours for_ever{24 * 365};
  const detail::lock_guard lock(mutex_);
  if (had_session_ && !(session_ && session_->is_alive())) return {};
  nudge_.set();  // what was notified has been read from the socket
  return back_since_ ? std::chrono::steady_clock::now() - *back_since_ : for_ever;
}

void liveness_session::begin() {
  session();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  nudge_.set();  // what was notified while the session was used here has been read from its socket
}

void liveness_session::appear(std::uint64_t node) {
  const detail::lock_guard lock(mutex_);
  connection& db = session();
  nodes_.emplace(node, history_of(db));
  try {
    db.run("select pg_advisory_lock($1, $2)", setup_.lock_class, static_cast<std::int32_t>(node));
    begin();
  } catch (const store_failure&) {
    nodes_.erase(node);
    throw;
  }
}

void liveness_session::disappear(std::uint64_t node) noexcept {
  const detail::lock_guard lock(mutex_);
  if (nodes_.erase(node) == 0 || !session_) return;
  try {
    session_->run("select pg_advisory_unlock_all()");
    for (const auto& [each, history] : nodes_)
      session_->run("select pg_advisory_lock($1, $2)", setup_.lock_class, static_cast<std::int32_t>(each));
  } catch (const store_failure&) {
    session_.reset();  // the locks go with it
  }
  nudge_.set();
}

bool liveness_session::has_any_of(const std::vector<std::int64_t>& nodes) const {
  if (nodes.empty()) return false;
  const detail::lock_guard lock(mutex_);
  for (const std::int64_t each : nodes)
    if (nodes_.contains(static_cast<std::uint64_t>(each))) return true;
  return false;
}

void liveness_session::listen(bool to_commits) {
  const detail::lock_guard lock(mutex_);
  connection& db = session();
  if (!listening_) db.listen(setup_.heard.work);
  listening_ = true;
  if (to_commits && !hears_commits_) db.listen(setup_.heard.commits);
  hears_commits_ = hears_commits_ || to_commits;
  begin();
}

void liveness_session::run() {
  while (!stopping_) {
    if (!wait_for_news() && !pause()) return;
  }
}

// False if there is no session.
bool liveness_session::wait_for_news() {
  int socket = -1;
  {
    const detail::lock_guard lock(mutex_);
    try {
      socket = session().socket();
      for (const auto& each : session_->notifications()) {
        if (each.channel == setup_.heard.commits) {
          if (each.text != setup_.sender) heard_.commits().ring();
        } else {
          hear(each.text);
        }
      }
    } catch (const store_failure&) {
      lose_session();
      return false;
    }
  }
  std::array<pollfd, 2> sources{pollfd{nudge_.descriptor(), POLLIN, 0}, pollfd{socket, POLLIN, 0}};
  ::poll(sources.data(), sources.size(), -1);
  nudge_.take();
  return true;
}

// Those that wait look into the store while nothing can be heard.
void liveness_session::lose_session() noexcept {
  session_.reset();
  ++failures_;
  heard_.note_members();
}

void liveness_session::members_changed() noexcept {
  heard_.note_members();
  heard_.changes().ring();
}

void liveness_session::deleted() noexcept {
  heard_.note_deletions();
  heard_.changes().ring();
}

void liveness_session::look_again() noexcept {
  heard_.note_deletions();
  members_changed();
  heard_.commits().ring();
  nudge_.set();
}

void liveness_session::hear(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos || text.substr(0, blank) == setup_.sender) return;
  const std::string_view what = text.substr(blank + 1);
  if (what == "members") heard_.note_members();
  if (what == "deleted") heard_.note_deletions();
  const bool for_us = what == "members" || what == "deleted" || what == "*" ||
                      std::ranges::any_of(nodes_, [&](const auto& each) { return names(what, each.first); });
  if (for_us) heard_.changes().ring();
}

// False when it is to stop.
bool liveness_session::pause() {
  int failures = 0;
  {
    const detail::lock_guard lock(mutex_);
    failures = failures_;
  }
  pollfd nudged{nudge_.descriptor(), POLLIN, 0};
  ::poll(&nudged, 1, pause_after(failures));
  nudge_.take();
  heard_.ring_all();
  return !stopping_;
}

}  // namespace duroxide::persistence::postgres
