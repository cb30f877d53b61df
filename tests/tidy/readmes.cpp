// Rule: each folder has a README.md that says what it is for and where to start reading.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>

namespace laws_of_readmes {

using namespace tidy;

namespace {

constexpr std::array folders{"api",         "api/examples", "api/guide", "runtime",
                             "persistence", "actors",       "tests",     "bench"};

std::string readme_findings(const std::vector<source>& files) {
  std::string findings;
  for (const auto* folder : folders) {
    const auto path = std::string(folder) + "/README.md";
    const auto page =
        std::find_if(files.begin(), files.end(), [&](const source& s) { return s.path == path; });
    if (page == files.end()) {
      findings += path + ": missing\n";
    } else if (!page->text.starts_with("# ") || lines_of(page->text).size() < 3) {
      findings += path + ": has no title and text\n";
    }
  }
  return findings;
}

std::vector<source> pages() {
  std::vector<source> files;
  for (const auto* folder : folders)
    files.push_back({std::string(folder) + "/README.md", "# Title\n\nText.\n"});
  return files;
}

}  // namespace

LAW("each folder has a README") { CHECK(readme_findings(tree()) == ""); }

LAW("a missing or empty README is found") {
  auto files = pages();
  CHECK(readme_findings(files) == "");
  files[0].text = "# Title\n";
  CHECK(readme_findings(files) == "api/README.md: has no title and text\n");
  files.erase(files.begin());
  CHECK(readme_findings(files) == "api/README.md: missing\n");
}

}  // namespace laws_of_readmes
