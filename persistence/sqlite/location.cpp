#include "persistence/sqlite/location.hpp"

#include "persistence/hex.hpp"
#include "persistence/store_failure.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace fs = std::filesystem;

namespace duroxide::persistence::sqlite {

namespace {

constexpr std::string_view scheme = "file:";

[[noreturn]] void throw_no_file(const std::string& reason) {
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable, reason);
}

void require_path(const std::string& path) {
  if (path.empty()) throw_no_file("the path is empty; give the path of the database file");
  if (path.find('\0') != std::string::npos) throw_no_file("the path has a NUL in it");
  if (path == ":memory:") throw_no_file("for a database in memory, use sqlite_provider::open_in_memory()");
}

// Looked up once: a program that changes its directory afterwards means the file that it has opened.
std::string absolute_path(const std::string& path) {
  require_path(path);
  std::error_code failed;
  const fs::path found = fs::absolute(path, failed);
  if (failed)
    throw_no_file("the current directory cannot be found (" + failed.message() + "); give an absolute path");
  return found.string();
}

// The URI ends its path where its parameters or its fragment begin.
std::string_view parameters_of(std::string_view uri) {
  return uri.substr(std::min(uri.find_first_of("?#"), uri.size()));
}

// How the file may be opened is said for the first time only: it is there by now.
std::string without_mode(std::string parameters) {
  constexpr std::string_view mode = "mode=";
  const auto is_begin = [&](std::size_t position) {
    return parameters[position - 1] == '?' || parameters[position - 1] == '&';
  };
  for (auto position = parameters.find(mode); position != std::string::npos;
       position = parameters.find(mode, position + 1)) {
    if (!is_begin(position)) continue;
    const auto end = std::min(parameters.find_first_of("&#", position), parameters.size());
    const bool more = end < parameters.size() && parameters[end] == '&';
    return parameters.erase(position, end - position + (more ? 1 : 0));
  }
  return parameters;
}

std::string without_percents(std::string_view encoded) {
  std::string text;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = encoded.data() + i + 1;
    const bool whole = encoded[i] == '%' && i + 2 < encoded.size();
    if (whole && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      text += static_cast<char>(byte);
      i += 2;
    } else {
      text += encoded[i];
    }
  }
  return text;
}

std::string with_percents(std::string_view path) {
  std::string text;
  for (const char each : path) {
    if (each == '%' || each == '?' || each == '#')
      text.append("%").append(to_hex(std::string_view(&each, 1)));
    else
      text += each;
  }
  return text;
}

// With the host, which is empty, so that a path that begins with two slashes is not taken for one.
std::string with_host(std::string_view path) {
  return std::string(scheme).append("//").append(with_percents(path));
}

location locate_uri(std::string_view uri) {
  const std::string_view parameters = parameters_of(uri);
  if (parameters.find("mode=memory") != std::string_view::npos) require_path(":memory:");
  std::string_view encoded = uri.substr(scheme.size(), uri.size() - scheme.size() - parameters.size());
  if (encoded.starts_with("//")) {
    const std::string_view host = encoded.substr(2, std::min(encoded.find('/', 2), encoded.size()) - 2);
    if (!host.empty() && host != "localhost")
      throw_no_file("a file is on this machine: in a URI the host is left out, or localhost");
    encoded.remove_prefix(2 + host.size());
  }
  const std::string path = absolute_path(without_percents(encoded));
  return {with_host(path) + std::string(parameters), path};
}

}  // namespace

location locate(const std::string& given) {
  if (given.starts_with(scheme) && given.find('\0') == std::string::npos) return locate_uri(given);
  const std::string path = absolute_path(given);
  return {path, path};
}

location resolved(const location& opened, const std::string& path) {
  if (!opened.name.starts_with(scheme)) return {path, path};
  return {with_host(path) + without_mode(std::string(parameters_of(opened.name))), path};
}

}  // namespace duroxide::persistence::sqlite
