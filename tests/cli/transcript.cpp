// The transcript of the guide is what the program prints.
#include "duroxide/duroxide.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>

namespace laws_of_the_transcript {

using namespace duroxide;
using namespace duroxide::testing_support;
using namespace std::chrono_literals;

namespace {

// As on the page.
constexpr event<std::string> approved{"approved"};
constexpr orchestration<std::string(int)> approval{"Approval"};

task<std::string> run_approval(orchestration_context ctx, int amount) {
  ctx.set_custom_status("waiting for approval of " + std::to_string(amount));
  const std::string approver = co_await ctx.wait_for_event(approved);
  co_return "approved by " + approver;
}

struct step {
  std::string command;
  std::string output;
};

// The commands of the first transcript of the page that has `duroxide start`, with what is printed below each.
std::vector<step> transcript() {
  std::ifstream page(DUROXIDE_SOURCE_DIR "/api/guide/command-line.md");
  std::vector<step> steps;
  bool is_inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      if (is_inside && steps.size() > 2) return steps;
      is_inside = line == "```text";
      steps.clear();
    } else if (is_inside && line.starts_with("$ ")) {
      steps.push_back({line.substr(2), ""});
    } else if (is_inside && !steps.empty()) {
      steps.back().output += line + "\n";
    }
  }
  return {};
}

// Without what differs each time: moments, ages, and the widths of columns that follow from them.
std::string timeless(std::string text) {
  text = std::regex_replace(text, std::regex(R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"), "MOMENT");
  text = std::regex_replace(text, std::regex(R"(\b\d+(ms|s|m|h|d)\b)"), "AGE");
  return std::regex_replace(text, std::regex(" +"), " ");
}

std::string run_in_shell(const std::string& command, const std::string& store) {
  const std::string folder = std::filesystem::path(DUROXIDE_COMMAND).parent_path().string();
  const std::string line = "PATH='" + folder + "':$PATH DUROXIDE_STORE='" + store +
                           "'; export PATH DUROXIDE_STORE; " + command + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(line.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 4096> part{};
  while (output && std::fgets(part.data(), part.size(), output.get())) text += part.data();
  return text;
}

}  // namespace

LAW("the transcript of the guide is what the program prints") {
  const named_store store;
  runtime expenses(store.open());
  expenses.register_orchestration(approval, run_approval);
  expenses.start();
  const auto instance = expenses.client().instance("expenses-7").until_exists();
  std::size_t compared = 0;
  for (const step& each : transcript()) {
    if (each.command.starts_with("export ")) continue;
    INFO(each.command);
    CHECK(timeless(run_in_shell(each.command, store.url())) == timeless(each.output));
    ++compared;
    if (each.command.starts_with("duroxide start")) instance.wait_for_status_change(0, 30s);
  }
  CHECK(compared == 5);
}

}  // namespace laws_of_the_transcript
