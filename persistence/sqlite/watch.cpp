#include "persistence/sqlite/watch.hpp"

#include "persistence/sqlite/transaction.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>

namespace duroxide::persistence::sqlite {

namespace {

using steady = std::chrono::steady_clock;

// For poll: -1 waits forever, and a wait that is longer than an int goes on after it.
int milliseconds_until(const std::optional<steady::time_point>& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<duration>(*deadline - steady::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

std::optional<steady::time_point> deadline_of(std::optional<duration> at_most) {
  // A longer wait than the clock can count is a wait forever.
  if (!at_most || *at_most > std::chrono::years(100)) return std::nullopt;
  return steady::now() + *at_most;
}

// A number that changes when another connection than `db` commits.
std::int64_t data_version(database& db) { return db.value<std::int64_t>("pragma data_version"); }

}  // namespace

watch::watch(std::shared_ptr<store> opened, watch_scope scope)
    : store_(std::move(opened)), wake_(std::make_shared<event_fd>()) {
  if (store_->files()) observe_files();
  store_->changes().add(wake_);
  if (scope == watch_scope::everything) store_->commits().add(wake_);
}

watch::~watch() {
  if (notifications_ < 0 || at_home_->is_elsewhere()) return;
  at_home_.reset();
  ::close(notifications_);
}

void watch::observe_files() {
  const auto db = store_->writing();
  seen_version_ = data_version(*db);
  const std::string& file = store_->files()->path();
  notifications_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  observe_log(file + "-wal");
  at_home_ = std::make_unique<detail::descriptor_at_home>(notifications_);
  // A file that is removed while it is open loses a link, which counts as an attribute. What cannot be
  // watched (there may be folders above that this user cannot see) is noticed with the next question to the
  // store.
  constexpr std::uint32_t whereabouts = IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
  ::inotify_add_watch(notifications_, file.c_str(), whereabouts);
  ::inotify_add_watch(notifications_, (file + "-shm").c_str(), whereabouts);
  lock_file_ = ::inotify_add_watch(notifications_, (file + "-lock").c_str(), whereabouts);
  for (auto folder = std::filesystem::path(file).parent_path(); folder.has_relative_path();
       folder = folder.parent_path())
    ::inotify_add_watch(notifications_, folder.c_str(), IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR);
}

void watch::observe_log(const std::string& log) {
  constexpr std::uint32_t changes = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
  if (notifications_ >= 0 && ::inotify_add_watch(notifications_, log.c_str(), changes) >= 0) return;
  const std::string reason = std::generic_category().message(errno);
  if (notifications_ >= 0) ::close(notifications_);
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
                      "'" + log + "' cannot be watched: " + reason +
                          ". If it is a limit, raise fs.inotify.max_user_instances or max_user_watches.");
}

bool watch::wait(std::optional<duration> at_most) {
  const auto deadline = deadline_of(at_most);
  for (;;) {
    std::array<pollfd, 2> sources{pollfd{wake_->descriptor(), POLLIN, 0}, pollfd{notifications_, POLLIN, 0}};
    const int ready = ::poll(sources.data(), sources.size(), milliseconds_until(deadline));
    if (wake_->take()) return true;
    if (ready > 0 && sources[1].revents != 0) {
      if (has_news()) return true;
    }
    if (deadline && steady::now() >= *deadline) return false;
  }
}

bool watch::has_news() {
  bool written = false;
  bool lock_moved = false;
  bool moved = false;
  alignas(inotify_event) std::array<char, 4096> events;
  for (ssize_t size = 0; (size = ::read(notifications_, events.data(), events.size())) > 0;) {
    for (ssize_t offset = 0; offset < size;) {
      inotify_event each{};
      std::memcpy(&each, events.data() + offset, sizeof each);
      offset += static_cast<ssize_t>(sizeof each + each.len);
      written |= (each.mask & (IN_MODIFY | IN_Q_OVERFLOW)) != 0;
      lock_moved |= each.wd == lock_file_;
      moved |= each.mask != IN_MODIFY;
    }
  }
  if (lock_moved || (moved && !store_->files()->are_in_place())) return true;
  return written && others_wrote();
}

// The log is written before its transaction can be seen. Getting the write lock means that the writer has
// come to an end, so that the caller will see it. In the same breath this tells the commits of others from
// our own.
bool watch::others_wrote() {
  try {
    const auto db = store_->writing();
    const transaction nobody_else_writes(*db, access::write);
    return data_version(*db) != std::exchange(seen_version_, data_version(*db));
  } catch (const store_failure&) {
    return true;  // the caller finds out what it is
  }
}

}  // namespace duroxide::persistence::sqlite
