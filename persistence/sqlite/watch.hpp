// Waiting for what others write.
#pragma once

#include "persistence/sqlite/store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace duroxide::persistence::sqlite {

// Every commit of every process is written to the file's write-ahead log, and the kernel tells (inotify), so
// nothing is asked for while nothing happens. It tells, too, when one of the files or a folder above them is
// moved or removed, the members' lock file too; then the wait is over, and the next question to the store says so.
// In memory only this process can write, and its notifier is all there is to wait for.
class watch final : public change_watch {
public:
  // Throws store_failure.
  watch(std::shared_ptr<store> opened, watch_scope scope);
  ~watch() override;

  bool wait(std::optional<duration> at_most) override;
  void interrupt() override { wake_->set(); }

private:
  void observe_files();
  void observe_log(const std::string& log);
  // Reads all that the kernel has told; whether there is something to look at.
  bool has_news();
  bool others_wrote();

  const std::shared_ptr<store> store_;
  const std::shared_ptr<event_fd> wake_;
  int notifications_ = -1;  // none in memory
  std::unique_ptr<detail::descriptor_at_home> at_home_;
  int lock_file_ = -1;  // its number there; none if nobody has joined
  std::int64_t seen_version_ = 0;
};

}  // namespace duroxide::persistence::sqlite
