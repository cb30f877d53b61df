#include "api/http/tokens.hpp"

#include "api/http/digest.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

namespace duroxide::http {

namespace {

constexpr std::array<std::string_view, 3> role_words{"read", "operate", "admin"};
constexpr std::string_view payloads_word = "payloads";
constexpr std::size_t digest_letters = 64;

[[noreturn]] void refuse_token(const std::string& why) {
  throw configuration_error(error_kind::invalid_argument, why);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < line.size();) {
    if (is_blank(line[begin])) {
      ++begin;
      continue;
    }
    const auto end = std::find_if(line.begin() + static_cast<std::ptrdiff_t>(begin), line.end(), is_blank);
    words.emplace_back(line.begin() + static_cast<std::ptrdiff_t>(begin), end);
    begin = static_cast<std::size_t>(end - line.begin());
  }
  return words;
}

bool is_digest(const std::string& word) {
  return word.size() == digest_letters && word.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_holder_name(std::string_view name) {
  return !name.empty() && name.front() != '#' &&
         std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) > 0x20U && c != 0x7f; });
}

}  // namespace

std::string_view to_string(role what) { return role_words.at(static_cast<std::size_t>(what)); }

role role_from(std::string_view word) {
  const auto found = std::ranges::find(role_words, word);
  if (found == role_words.end())
    refuse_token("role is '" + std::string(word) + "'; it must be one of: read, operate, admin");
  return static_cast<role>(found - role_words.begin());
}

token make_token(const std::string& name, role may, bool sees_payloads) {
  if (!is_holder_name(name))
    refuse_token("the name of a token must be a word without blanks and control characters");
  token made{random_secret(), {}};
  made.line = name + " " + std::string(to_string(may)) + " " + sha256_hex(made.secret);
  if (sees_payloads) made.line += " " + std::string(payloads_word);
  return made;
}

token_file::token_file(std::string path, std::function<void(const std::string&)> warn)
    : path_(std::move(path)), warn_(std::move(warn)) {
  entries_ = read();
  seen_ = current_version();
}

token_file::version token_file::current_version() const {
  struct stat found {};
  if (stat(path_.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

token_file::entry token_file::entry_from(const std::string& line) {
  const auto words = words_of(line);
  if (words.size() < 3 || words.size() > 4 || (words.size() == 4 && words[3] != payloads_word))
    refuse_token("a line is: NAME ROLE SHA256 [payloads]");
  if (!is_digest(words[2])) refuse_token("the third word must be a SHA-256 in 64 small hexadecimal digits");
  return {{words[0], role_from(words[1]), words.size() == 4}, words[2]};
}

std::vector<token_file::entry> token_file::read() const {
  std::ifstream file(path_, std::ios::binary);
  if (!file) refuse_token("the file of tokens " + path_ + " cannot be read");
  std::vector<entry> all;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == line.npos || line[begin] == '#') continue;
    try {
      all.push_back(entry_from(line));
    } catch (const configuration_error& e) {
      refuse_token("line " + std::to_string(number) + " of the file of tokens " + path_ +
                   " is wrong: " + e.what());
    }
  }
  return all;
}

void token_file::refresh() {
  const version now = current_version();
  if (now == seen_) return;
  entries_.clear();
  is_readable_ = true;
  seen_ = now;
  try {
    entries_ = read();
  } catch (const configuration_error& e) {
    is_readable_ = false;
    if (warn_) warn_(std::string("nobody is let in: ") + e.what());
  }
}

bool token_file::is_readable() {
  const detail::lock_guard lock(mutex_);
  return is_readable_;
}

std::optional<identity> token_file::find(std::string_view token) {
  const std::string digest = sha256_hex(token);
  const detail::lock_guard lock(mutex_);
  refresh();
  std::optional<identity> found;
  for (const entry& each : entries_)
    if (are_equal(each.digest, digest)) found = each.holder;
  return found;
}

}  // namespace duroxide::http
