#include "tests/persistence/sqlite/faults/faulty_disk.hpp"

#include "tests/persistence/sqlite/faults/faulty_vfs.hpp"
#include "tests/persistence/sqlite/faults/figures.hpp"

#include <filesystem>
#include <fstream>
#include <utility>

namespace fs = std::filesystem;

namespace duroxide::persistence_tests {

namespace {

std::string name_in(const std::string& path) { return fs::path(path).filename().string(); }

}  // namespace

faulty_disk::faulty_disk() : real_(sqlite3_vfs_find(nullptr)), vfs_(make_faulty_vfs(*this)) {
  sqlite3_vfs_register(vfs_.get(), 1);
}

faulty_disk::~faulty_disk() {
  sqlite3_vfs_unregister(vfs_.get());
  sqlite3_vfs_register(real_, 1);
}

void faulty_disk::put(const disk_image& files) {
  heal();
  replace_files(files);
  power_ends_at_ = static_cast<std::size_t>(-1);
  ++life_;
  numbers_.clear();
  next_number_ = 0;
  for (const auto& [name, content] : files) numbers_[name] = next_number_++;
  state_ = disk_state(files);
  events_.clear();
}

// Each is a new file, so that connections that are still open to an old one share nothing with it.
void faulty_disk::replace_files(const disk_image& files) const {
  for (const auto& entry : fs::directory_iterator(folder_.path())) fs::remove(entry.path());
  for (const auto& [name, content] : files) std::ofstream(folder_.path() / name, std::ios::binary) << content;
}

disk_image faulty_disk::files() const {
  disk_image found;
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    std::string& content = found[entry.path().filename().string()];
    content.resize(fs::file_size(entry.path()));
    std::ifstream(entry.path(), std::ios::binary)
        .read(content.data(), static_cast<std::streamsize>(content.size()));
  }
  return found;
}

void faulty_disk::power_on(std::uint64_t seed) {
  ++figures().live_cuts;
  put(after_cut(seed));
}

void faulty_disk::fail(const disk_fault& fault) {
  fault_ = fault;
  calls_until_fault_ = fault.nth;
  failed_ = false;
}

void faulty_disk::heal() noexcept {
  fault_.reset();
  access_ = disk_access::full;
}

bool faulty_disk::holds(const char* path) const {
  return path != nullptr && fs::path(path).parent_path() == folder_.path();
}

int faulty_disk::before(disk_call call) {
  if (!has_power()) return SQLITE_IOERR;
  if (!fault_ || fault_->call != call) return SQLITE_OK;
  if (calls_until_fault_ > 1) {
    --calls_until_fault_;
    return SQLITE_OK;
  }
  const int code = fault_->code;
  if (!std::exchange(failed_, true)) figures().count_fault(call, code);
  if (!fault_->lasts) fault_.reset();
  return code;
}

void faulty_disk::record(disk_event event) {
  if (!has_power()) return;
  state_.happen(event);
  events_.push_back(std::move(event));
}

std::uint64_t faulty_disk::number_of(const std::string& path) {
  const std::string name = name_in(path);
  const auto [known, is_new] = numbers_.try_emplace(name, next_number_);
  if (is_new) record({disk_change::create, next_number_++, name, 0, {}});
  return known->second;
}

void faulty_disk::record_removal(const std::string& path) {
  const auto known = numbers_.find(name_in(path));
  if (known == numbers_.end()) return;
  record({disk_change::remove, known->second, known->first, 0, {}});
  numbers_.erase(known);
}

}  // namespace duroxide::persistence_tests
