#include "examples/checksum_tree/command_line.hpp"

#include "examples/checksum_tree/report.hpp"
#include "examples/checksum_tree/sha256.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

namespace checksum_tree {

const char* const usage =
    "usage: checksum_tree DIRECTORY --database FILE --report FILE [--parallel N] [--instance ID]\n"
    "\n"
    "Writes the SHA-256 checksums of all files below DIRECTORY to the report, in the format of sha256sum and\n"
    "sorted by name. Killed at any moment and started again with the same database, it goes on where it was.\n"
    "\n"
    "  --database FILE  where the job is kept; made if it is missing\n"
    "  --report FILE    written when the job is complete; replaces what is there\n"
    "  --parallel N     files that are read at the same time; one per processor if not given\n"
    "  --instance ID    name of the job in the database; derived from DIRECTORY if not given\n"
    "\n"
    "Exit status: 0 if every file was read, 1 if some could not be, 2 if there is no report.\n";

namespace {

std::size_t parse_parallel(const std::string& text) {
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || rest != end || number < 1 || number > 1024)
    throw usage_error("--parallel needs a number from 1 to 1024, not '" + text + "'");
  return number;
}

void set_option(command_line& line, const std::string& option, const std::string& value) {
  if (option == "--database")
    line.database = value;
  else if (option == "--report")
    line.report = value;
  else if (option == "--instance")
    line.instance = value;
  else if (option == "--parallel")
    line.parallel = parse_parallel(value);
  else
    throw usage_error("unknown option '" + option + "'");
}

void require_complete(const command_line& line) {
  if (line.directory.empty()) throw usage_error("DIRECTORY is missing");
  if (line.database.empty()) throw usage_error("--database FILE is missing");
  if (line.report.empty()) throw usage_error("--report FILE is missing");
}

std::string absolute_directory(const std::string& directory) {
  std::error_code failed;
  if (fs::is_symlink(directory, failed))
    throw usage_error(escaped(directory) + ": a symbolic link; with a slash behind it is followed");
  const bool is_directory = fs::is_directory(directory, failed);
  if (!failed && !is_directory) throw usage_error(escaped(directory) + ": Not a directory");
  if (!failed) fs::directory_iterator(directory, failed);
  fs::path root;
  if (!failed) root = fs::canonical(directory, failed);
  if (failed) throw usage_error(escaped(directory) + ": " + failed.message());
  return root.string();
}

void require_outside(const std::string& root, const std::string& file) {
  std::error_code failed;
  const fs::path folder = fs::weakly_canonical(fs::absolute(file).parent_path(), failed);
  const auto [end, rest] = std::ranges::mismatch(fs::path(root), folder);
  if (!failed && end == fs::path(root).end())
    throw usage_error(file + " lies in the directory whose files are to be hashed; choose another place for it");
}

}  // namespace

command_line parse_command_line(int argc, char** argv) {
  command_line line;
  line.parallel = std::max(2U, std::thread::hardware_concurrency());
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--help" || argument == "-h") {
      line.wants_help = true;
      return line;
    }
    if (argument.starts_with("-")) {
      if (i + 1 == arguments.size()) throw usage_error("nothing follows " + argument);
      set_option(line, argument, arguments[++i]);
    } else {
      if (!line.directory.empty()) throw usage_error("more than one DIRECTORY: '" + argument + "'");
      line.directory = argument;
    }
  }
  require_complete(line);
  line.root = absolute_directory(line.directory);
  require_outside(line.root, line.database);
  require_outside(line.root, line.report);
  if (line.instance.empty()) line.instance = "checksums-" + sha256_of(line.root).substr(0, 16);
  return line;
}

}  // namespace checksum_tree
