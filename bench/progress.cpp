#include "bench/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace duroxide::bench {

namespace {

constexpr std::size_t width = 40;
constexpr const char* clear_line = "\r\x1b[K";

}  // namespace

progress::progress(std::string what) : what_(std::move(what)), is_watched_(isatty(STDERR_FILENO) == 1) {}

progress::~progress() {
  if (is_watched_) std::fputs(clear_line, stderr);
}

void progress::say(const std::string& line) {
  std::fprintf(stderr, "%s%s\n", isatty(STDERR_FILENO) == 1 ? clear_line : "", line.c_str());
}

void progress::show(std::size_t done, std::size_t total) {
  if (!is_watched_) return;
  const auto now = clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  std::fprintf(stderr, "%s%-10s %6.1f s ", clear_line, what_.c_str(), seconds);
  if (total == 0) return;
  const std::size_t full = width * std::min(done, total) / total;
  std::fprintf(stderr, " [%s%s] %zu of %zu", std::string(full, '#').c_str(),
               std::string(width - full, '.').c_str(), done, total);
}

}  // namespace duroxide::bench
