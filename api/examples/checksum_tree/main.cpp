// checksum_tree DIRECTORY --database FILE|URL --report FILE
//
// Hashes every file of a tree and writes what sha256sum would print. Kill it at any moment and start it again
// with the same database: it goes on where it was.
#include <duroxide/duroxide.hpp>

#include "examples/checksum_tree/job.hpp"
#include "examples/checksum_tree/report.hpp"
#include "examples/checksum_tree/sha256.hpp"
#include <CLI/CLI.hpp>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>

namespace {

namespace fs = std::filesystem;
namespace dx = duroxide;
using namespace std::chrono_literals;
using checksum_tree::page;
using checksum_tree::progress;

struct arguments {
  std::string directory;
  std::string database;
  std::string report;
  std::size_t parallel = 4;
};

std::string absolute_root(const std::string& directory) {
  std::error_code failed;
  if (!fs::exists(directory, failed)) throw std::runtime_error("there is no directory '" + directory + "'");
  if (!fs::is_directory(directory, failed))
    throw std::runtime_error("'" + directory + "' is not a directory");
  std::string root = fs::absolute(directory).lexically_normal().string();
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  return root;
}

// A bar on a terminal, a line for every tenth elsewhere.
class progress_display {
public:
  void show(const std::string& status) {
    const std::size_t slash = status.find('/');
    if (slash == std::string::npos) return;
    const std::size_t done = std::stoull(status.substr(0, slash));
    const std::size_t total = std::stoull(status.substr(slash + 1));
    const std::size_t percent = total == 0 ? 100 : 100 * done / total;
    if (on_terminal_) {
      constexpr std::size_t width = 40;
      const std::string bar(percent * width / 100, '#');
      std::cout << "\r[" << bar << std::string(width - bar.size(), '.') << "] " << percent << " % " << status
                << " files " << std::flush;
    } else if (percent / 10 != last_tenth_) {
      last_tenth_ = percent / 10;
      std::cout << percent << " % (" << status << " files)" << std::endl;
    }
  }
  void end() {
    if (on_terminal_) std::cout << '\n';
  }

private:
  bool on_terminal_ = ::isatty(STDOUT_FILENO) == 1;
  std::size_t last_tenth_ = 0;
};

// Starts the job, or finds it under way or done; says which.
dx::typed_handle<progress> begin(dx::client& client, const std::string& name, const progress& start) {
  auto job = client.start(checksum_tree::checksum_tree, name, start);
  if (job.was_started()) {
    std::cout << "starting with " << start.root << std::endl;
    return job;
  }
  const dx::instance_status status = job.status();
  const std::string known = status.custom_status.value_or("0/0");
  const std::size_t slash = known.find('/');
  if (dx::is_terminal(status.status))
    std::cout << "the job is complete already; writing its report again" << std::endl;
  else
    std::cout << "resuming: " << known.substr(0, slash) << " of " << known.substr(slash + 1)
              << " files were already done" << std::endl;
  return job;
}

progress await_end(const dx::typed_handle<progress>& job) {
  progress_display display;
  dx::instance_status status = job.status();
  while (!dx::is_terminal(status.status)) {
    if (status.custom_status) display.show(*status.custom_status);
    status = job.wait_for_status_change(status.custom_status_version, 24h);
  }
  if (status.custom_status) display.show(*status.custom_status);
  display.end();
  return job.result(1min);
}

std::string assemble_report(dx::client& client, const std::string& job, const progress& ended) {
  std::string report;
  for (std::uint64_t number = 0; number < ended.parts; ++number) {
    const page part =
        client.instance(checksum_tree::keep_part, checksum_tree::part_id(job, number)).result(1min);
    for (const auto& each : part.entries) {
      const std::string path = ended.root + (ended.root == "/" ? "" : "/") + each.path;
      if (each.problem.empty())
        report += checksum_tree::report_line(each.digest, path);
      else
        std::cerr << "checksum_tree: " << path << ": " << each.problem << '\n';
    }
  }
  return report;
}

int run(const arguments& given) {
  const auto began = std::chrono::steady_clock::now();
  progress start;
  start.root = absolute_root(given.directory);
  const std::string job = "checksum:" + checksum_tree::sha256_of(start.root);

  dx::runtime_options options;
  options.worker_concurrency = given.parallel;
  options.shutdown_timeout = 2s;
  // A plain path is a file.
  const bool is_url =
      given.database.starts_with("postgres") && given.database.find("://") != std::string::npos;
  dx::runtime runtime{dx::open_store(is_url ? given.database : "sqlite:" + given.database), options};
  std::atomic<std::uint64_t> hashed = 0;
  checksum_tree::register_job(runtime, hashed);
  runtime.start();
  dx::client client = runtime.client();

  const progress ended = await_end(begin(client, job, start));
  checksum_tree::write_atomically(given.report, assemble_report(client, job, ended));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::cout << ended.done - ended.unreadable << " files in the report, " << hashed
            << " of them hashed by this run, " << ended.unreadable << " unreadable, " << ended.skipped
            << " links and special files skipped, " << seconds << " s" << std::endl;
  return ended.unreadable == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Hashes every file of a tree, durably, and writes what sha256sum would print."};
  arguments given;
  app.add_option("directory", given.directory, "the tree")->required();
  app.add_option("--database", given.database,
                 "where the job's state is kept: an SQLite file, or postgresql://...")
      ->required();
  app.add_option("--report", given.report, "the file to write")->required();
  app.add_option("--parallel", given.parallel, "files hashed at the same time")->check(CLI::Range(1, 256));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    return run(given);
  } catch (const std::exception& e) {
    std::cerr << "checksum_tree: " << e.what() << '\n';
    return 2;
  }
}
