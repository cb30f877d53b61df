#include "tests/persistence/sqlite/faults/disk_state.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace duroxide::persistence_tests {

namespace {

constexpr std::uint64_t lose_all = 0;
constexpr std::uint64_t keep_all = 1;

void put_bytes(std::string& content, std::uint64_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size(), '\0');
  std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
}

bool concerns_names(const disk_event& event) {
  return event.what == disk_change::create || event.what == disk_change::remove;
}

bool changes(const disk_event& event, std::uint64_t file) {
  return !concerns_names(event) && event.file == file;
}

}  // namespace

std::string fingerprint(const disk_image& image) {
  std::string text;
  for (const auto& [name, content] : image)
    text += "," + name + ":" + std::to_string(std::hash<std::string>{}(content));
  return text;
}

// One way in which what waits survives a cut or does not.
class disk_state::tearing {
public:
  tearing(safe_files& safe, std::uint64_t seed, std::uint64_t salt, std::size_t waiting)
      : safe_(safe), seed_(seed), dice_(seed * 1'000'003 + salt), sector_(dice_.once_in(2) ? 512 : 4096),
        keep_in_ten_(1 + dice_.below(9)), space_(static_cast<stale_space>(dice_.below(3))),
        in_order_(seed > keep_all && dice_.once_in(2)), torn_at_(dice_.below(waiting + 1)) {}

  void survive_or_not(const disk_event& event, std::size_t position) {
    if (in_order_ && position != torn_at_) {
      if (position < torn_at_) safe_.apply(event);
    } else if (event.what == disk_change::write && seed_ > keep_all) {
      tear(event);
    } else if (keeps()) {
      safe_.apply(event);
    }
  }

private:
  // Of a file whose new size was written, and its new bytes were not.
  enum class stale_space : std::uint8_t { not_there, zeros, old_bytes };

  bool keeps() {
    if (seed_ == lose_all || seed_ == keep_all) return seed_ == keep_all;
    return dice_.below(10) < keep_in_ten_;
  }

  void tear(const disk_event& event) {
    for (std::size_t from = 0; from < event.bytes.size();) {
      const std::uint64_t place = event.offset + from;
      const std::size_t size =
          std::min(event.bytes.size() - from, static_cast<std::size_t>(sector_ - place % sector_));
      write_sector(safe_.contents[event.file], place, std::string_view(event.bytes).substr(from, size));
      from += size;
    }
  }

  void write_sector(std::string& content, std::uint64_t place, std::string_view bytes) {
    if (keeps()) {
      // One that was being written when the power went may end in its middle.
      put_bytes(content, place, dice_.once_in(8) ? bytes.substr(0, dice_.below(bytes.size())) : bytes);
    } else if (space_ != stale_space::not_there && content.size() < place + bytes.size()) {
      const std::uint64_t from = std::max<std::uint64_t>(place, content.size());
      put_bytes(content, from,
                std::string(place + bytes.size() - from, space_ == stale_space::zeros ? '\0' : '\xa5'));
    }
  }

  safe_files& safe_;
  const std::uint64_t seed_;
  dice dice_;
  const std::uint64_t sector_;
  const std::uint64_t keep_in_ten_;
  const stale_space space_;
  const bool in_order_;
  const std::size_t torn_at_;
};

disk_state::disk_state(const disk_image& files) {
  for (const auto& [name, content] : files) {
    const std::uint64_t number = safe_.contents.size();
    safe_.names[name] = number;
    safe_.contents.emplace(number, content);
  }
}

void disk_state::happen(const disk_event& event) {
  ++happened_;
  switch (event.what) {
  case disk_change::sync:
    return settle([&](const disk_event& waiting) { return changes(waiting, event.file); });
  case disk_change::failed_sync: return settle_by_chance(event.file);
  case disk_change::sync_folder: return settle(concerns_names);
  default: waiting_.push_back(event);
  }
}

template <class Which> void disk_state::settle(Which is_meant) {
  for (const disk_event& each : waiting_)
    if (is_meant(each)) safe_.apply(each);
  std::erase_if(waiting_, is_meant);
}

void disk_state::settle_by_chance(std::uint64_t file) {
  dice chance(happened_);
  const std::uint64_t lost_in_two = chance.below(3);  // 0: nothing; 1: each by chance; 2: everything
  std::erase_if(waiting_,
                [&](const disk_event& each) { return changes(each, file) && chance.below(2) < lost_in_two; });
  settle([&](const disk_event& waiting) { return changes(waiting, file); });
}

void disk_state::safe_files::apply(const disk_event& event) {
  switch (event.what) {
  case disk_change::create: names[event.name] = event.file; break;
  case disk_change::remove:
    std::erase_if(names, [&](auto& each) { return each.second == event.file; });
    break;
  case disk_change::write: put_bytes(contents[event.file], event.offset, event.bytes); break;
  case disk_change::truncate: contents[event.file].resize(event.offset, '\0'); break;
  default: break;
  }
}

disk_image disk_state::cut(std::uint64_t seed) const {
  safe_files left = safe_;
  tearing way(left, seed, happened_, waiting_.size());
  for (std::size_t i = 0; i < waiting_.size(); ++i) way.survive_or_not(waiting_[i], i);
  disk_image image;
  for (const auto& [name, file] : left.names) image[name] = std::move(left.contents[file]);
  return image;
}

}  // namespace duroxide::persistence_tests
