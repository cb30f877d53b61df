// Export and import of instances, and the check of a whole store.
#include "duroxide/admin.hpp"
#include "duroxide/names.hpp"
#include "actors/client/file_buffer.hpp"
#include "actors/client/invalid_request.hpp"
#include "actors/client/read_events.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <istream>
#include <ostream>
#include <system_error>
#include <utility>

namespace duroxide {

using internal::read_events;
using internal::throw_invalid;

namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_unwritable(const fs::path& file, const std::string& why) {
  throw_invalid("the file '" + file.string() + "' cannot be written: " + why);
}

// A store's error that is about a file names it.
template <class T> T value_of(stored<T> answer, const fs::path& file) {
  if (!answer && answer.error().kind == error_kind::invalid_argument)
    throw_invalid("'" + file.string() + "': " + answer.error().message);
  return std::move(answer).value();
}

// A file under another name, which gets its own when it is whole and on the disk.
class atomic_file_writer {
public:
  explicit atomic_file_writer(fs::path file)
      : file_(std::move(file)), part_(file_.string() + ".part" + std::to_string(::getpid())),
        bytes_(::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)), to_(&bytes_) {
    if (bytes_.descriptor() < 0) throw_unwritable(file_, std::strerror(errno));
  }
  atomic_file_writer(const atomic_file_writer&) = delete;
  atomic_file_writer& operator=(const atomic_file_writer&) = delete;
  ~atomic_file_writer() {
    std::error_code ignored;
    fs::remove(part_, ignored);
  }

  std::ostream& stream() { return to_; }

  void finish() {
    to_.flush();
    if (!to_ || ::fsync(bytes_.descriptor()) != 0) throw_unwritable(file_, std::strerror(errno));
    std::error_code failed;
    fs::rename(part_, file_, failed);
    if (failed) throw_unwritable(file_, failed.message());
  }

private:
  const fs::path file_;
  const fs::path part_;
  internal::file_buffer bytes_;
  std::ostream to_;
};

// Throws configuration_error if it cannot be read.
class file_to_read {
public:
  explicit file_to_read(const fs::path& file)
      : bytes_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)), from_(&bytes_) {
    const int why = errno;
    if (bytes_.descriptor() < 0 || fs::is_directory(file))
      throw_invalid(
          "the file '" + file.string() + "' cannot be read" +
          (bytes_.descriptor() >= 0 ? ": it is a directory" : std::string(": ") + std::strerror(why)));
  }

  std::istream& stream() { return from_; }

private:
  internal::file_buffer bytes_;
  std::istream from_;
};

// Owns all shards of a store, so that nobody runs its instances meanwhile.
class sole_owner {
public:
  explicit sole_owner(provider& store) : store_(store) {
    node_offer offer;
    offer.name = "import";
    node_ = store_.join(offer).value();
    if (node_.shards.size() == node_.shard_count) return;
    leave();
    throw infrastructure_error(error_kind::store_in_use,
                               "a runtime runs on " + store_.description() +
                                   "; stop all of its runtimes, import, and start them again");
  }
  sole_owner(const sole_owner&) = delete;
  sole_owner& operator=(const sole_owner&) = delete;
  ~sole_owner() { leave(); }

private:
  // If the store cannot do it now, the others expire this node when its process ends.
  void leave() { static_cast<void>(store_.leave(node_.node)); }

  provider& store_;
  node_membership node_;
};

}  // namespace

transfer admin::export_instances(const std::filesystem::path& file,
                                 const std::optional<std::string>& root) const {
  if (root) {
    const instance_info info = get_instance_info(*root);
    if (info.parent)
      throw instance_error(error_kind::invalid_argument,
                           "instance '" + *root +
                               "' is a sub-orchestration; export its root, with all below it");
  }
  atomic_file_writer made(file);
  const transfer written = value_of(checked_store().administration().write_to(made.stream(), root), file);
  made.finish();
  return written;
}

transfer admin::import_instances(const std::filesystem::path& file) const {
  file_to_read from(file);
  const sole_owner nobody_else(checked_store());
  return value_of(checked_store().administration().read_from(from.stream(), read_events), file);
}

std::vector<inconsistency> admin::compare_instances(const std::filesystem::path& file,
                                                    std::size_t limit) const {
  file_to_read from(file);
  return value_of(checked_store().administration().compare_with(from.stream(), limit), file);
}

verification admin::verify() const { return checked_store().administration().verify(read_events).value(); }

}  // namespace duroxide
