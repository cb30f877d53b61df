#include "bench/arguments.hpp"

#include <cstddef>
#include <iostream>

namespace duroxide::bench {

namespace {

constexpr const char* misplaced_url = "the URL of a store belongs behind --store";

bool names_url(const std::string& text) { return text.find("://") != std::string::npos; }

int complain(const std::string& what) {
  std::cerr << what << "\nRun with --help for more information.\n";
  return exit_failed;
}

}  // namespace

std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  app.allow_extras();  // CLI11 would show them
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (names_url(e.what())) return complain(misplaced_url);
    return app.exit(e) == 0 ? 0 : exit_failed;
  }
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return std::nullopt;
  return complain(names_url(extras.front()) ? misplaced_url : "no option takes '" + extras.front() + "'");
}

void add_store(CLI::App& app, std::string& url) {
  app.add_option("--store", url, "sqlite::memory:, sqlite:FILE or postgresql://...[?schema=NAME]")
      ->envname("DUROXIDE_BENCH_STORE")
      ->required();
}

CLI::Validator at_most(std::size_t most) { return CLI::Range(std::size_t{1}, most); }

}  // namespace duroxide::bench
