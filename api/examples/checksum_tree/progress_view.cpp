#include "examples/checksum_tree/progress_view.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace checksum_tree {

namespace {

std::string bar(std::uint64_t percent) {
  constexpr std::uint64_t width = 40;
  const std::string filled(percent * width / 100, '#');
  return "[" + filled + std::string(width - filled.size(), '.') + "]";
}

}  // namespace

done_of_total parse_progress(const std::optional<std::string>& custom_status) {
  const std::string text = custom_status.value_or("0/0");
  return {std::stoull(text), std::stoull(text.substr(text.find('/') + 1))};
}

progress_view::progress_view() : is_terminal_(::isatty(STDOUT_FILENO) == 1) {}

void progress_view::show(done_of_total now) {
  if (now.total == 0) return;
  const std::uint64_t percent = std::min<std::uint64_t>(100, now.done * 100 / now.total);
  const std::string text =
      std::to_string(now.done) + " of " + std::to_string(now.total) + " files, " + std::to_string(percent) + " %";
  if (is_terminal_)
    std::cout << '\r' << bar(percent) << ' ' << text << std::flush;
  else
    std::cout << text << std::endl;
  is_open_ = is_terminal_;
}

void progress_view::finish() {
  if (is_open_) std::cout << std::endl;
  is_open_ = false;
}

}  // namespace checksum_tree
