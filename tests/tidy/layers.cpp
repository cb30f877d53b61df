// Rule: the include line reveals the layer, and includes only point down.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>

namespace laws_of_layers {

using namespace tidy;

namespace {

// `duroxide/` stands for a folder, `boost/json` for boost/json.hpp and boost/json/..., `std` for any
// standard header, and `system` for any header of the operating system.
struct layer {
  std::string_view folder;
  std::vector<std::string_view> may_include;
};

using names = std::vector<std::string_view>;

// The first folder that matches counts.
const std::vector<layer> layers{
    {"api/duroxide/caf", {"duroxide/", "std", "boost/json", "boost/describe", "caf/"}},
    {"api/duroxide/detail/process.cpp", {"duroxide/", "std", "system"}},
    {"api/guide/activities.cpp", {"guide/", "duroxide/", "std", "boost/json", "boost/describe", "caf/"}},
    {"api/guide/actors.cpp", {"guide/", "duroxide/", "std", "boost/json", "boost/describe", "caf/"}},
    {"api/examples/",
     {"examples/", "duroxide/", "std", "system", "boost/", "spdlog/", "fmt/", "CLI/", "openssl/"}},
    {"api/guide/", {"guide/", "duroxide/", "std", "system", "boost/json", "boost/describe", "spdlog/"}},
    {"bench/bare_sqlite.cpp", {"bench/", "std", "sqlite3.h"}},
    {"bench/heap.cpp", {"bench/", "std", "system", "sqlite3.h"}},
    {"api/operations/", {"api/operations/", "duroxide/", "std", "boost/json"}},
    {"api/cli/", {"api/cli/", "api/operations/", "duroxide/", "std", "system", "boost/json"}},
    {"api/http/", {"api/http/", "api/operations/", "duroxide/", "std", "system", "boost/", "openssl/"}},
    {"api/python/", {"api/python/", "duroxide/", "std", "system", "cxxabi.h", "pybind11/"}},
    {"api/", {"duroxide/", "std", "boost/json", "boost/describe", "boost/mp11"}},
    {"runtime/", {"runtime/", "duroxide/", "std", "boost/json", "boost/describe"}},
    {"persistence/",
     {"persistence/", "duroxide/", "std", "system", "boost/json", "boost/describe", "sqlite3.h", "pqxx/",
      "libpq-fe.h"}},
    {"actors/testing/",
     {"actors/", "runtime/", "persistence/simulated/store.hpp", "duroxide/", "std", "system", "boost/json",
      "boost/describe", "caf/", "spdlog/"}},
    {"actors/",
     {"actors/", "runtime/", "duroxide/", "std", "system", "boost/json", "boost/describe", "caf/",
      "spdlog/"}},
    {"bench/pq_session.", {"bench/", "std", "libpq-fe.h"}},
    {"bench/", {"bench/", "duroxide/", "std", "system", "boost/", "spdlog/", "fmt/", "CLI/", "benchmark/"}},
};

// runtime/ is what an orchestration means: pure, so that it can be simulated.
const names impure{"thread",   "stop_token", "mutex",     "shared_mutex", "condition_variable",
                   "future",   "semaphore",  "barrier",   "latch",        "fstream",
                   "iostream", "cstdio",     "filesystem"};

// These show the embedding of the runtime in the user's own actor system.
bool shows_actors(const source& file) {
  const auto name = file.path.substr(file.path.rfind('/') + 1);
  return name.find("actor") != name.npos || name.find("embedding") != name.npos;
}

bool is_standard(std::string_view header) { return header.find_first_of("/.") == header.npos; }

bool is_system(std::string_view header) {
  const bool database = header == "sqlite3.h" || header.starts_with("libpq");
  const bool folder =
      header.starts_with("sys/") || header.starts_with("netinet/") || header.starts_with("arpa/");
  return header.ends_with(".h") && !database && (folder || header.find('/') == header.npos);
}

bool covers(std::string_view entry, std::string_view header) {
  if (entry == "std") return is_standard(header);
  if (entry == "system") return is_system(header);
  if (!header.starts_with(entry)) return false;
  const auto rest = header.substr(entry.size());
  return rest.empty() || entry.ends_with('/') || rest.front() == '/' || rest.front() == '.';
}

bool may_include(const layer& from, const source& file, std::string_view header) {
  const bool user =
      from.folder == "bench/" || from.folder == "api/examples/" || from.folder.starts_with("api/guide/");
  if (user && header.starts_with("duroxide/detail/")) return false;
  if (from.folder == "runtime/" && std::find(impure.begin(), impure.end(), header) != impure.end())
    return false;
  if (from.folder == "api/examples/" && header.starts_with("caf/")) return shows_actors(file);
  // The simulated store stands on the rest of its layer, and is linked by tests alone.
  if (from.folder == "persistence/" && header.starts_with("persistence/simulated/"))
    return file.is_under("persistence/simulated/");
  return std::any_of(from.may_include.begin(), from.may_include.end(),
                     [&](std::string_view entry) { return covers(entry, header); });
}

// The header that a line includes, or nothing.
std::string_view included(std::string_view code, std::string_view line) {
  code = trimmed(code);
  if (!code.starts_with('#') || !trimmed(code.substr(1)).starts_with("include")) return {};
  const auto first = line.find_first_of("<\"");
  const auto last = line.find_first_of(">\"", first + 1);
  return first == line.npos || last == line.npos ? std::string_view{}
                                                 : line.substr(first + 1, last - first - 1);
}

std::string include_findings(const source& file) {
  const auto from =
      std::find_if(layers.begin(), layers.end(), [&](const layer& l) { return file.is_under(l.folder); });
  if (from == layers.end() || !file.is_cpp()) return {};
  std::string findings;
  const auto code = code_only(file.text);
  const auto shown = lines_of(code);
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto header = included(shown[i], lines[i]);
    if (!header.empty() && !may_include(*from, file, header))
      findings += finding(file, i + 1, std::string(from->folder) + " may not include " + std::string(header));
  }
  return findings;
}

std::string finds(std::string path, std::string text) {
  return include_findings({std::move(path), std::move(text)});
}

}  // namespace

LAW("includes only point down") { CHECK(findings_in_tree(include_findings) == ""); }

LAW("an include that points up is found") {
  CHECK(finds("api/duroxide/a.hpp", "\n#include \"runtime/turn.hpp\"\n") ==
        "api/duroxide/a.hpp:2: api/ may not include runtime/turn.hpp\n");
  CHECK(finds("runtime/a.cpp", "#include \"persistence/a.hpp\"") != "");
  CHECK(finds("runtime/a.cpp", "#include \"actors/a.hpp\"") != "");
  CHECK(finds("persistence/a.cpp", "#include \"runtime/a.hpp\"") != "");
  CHECK(finds("persistence/a.cpp", "#include \"persistence/simulated/a.hpp\"") != "");
  CHECK(finds("actors/a.cpp", "#include \"persistence/a.hpp\"") != "");
  CHECK(finds("actors/a.cpp", "  #  include \"tests/a.hpp\"") != "");
  CHECK(finds("api/examples/a.cpp", "#include \"runtime/a.hpp\"") != "");
  CHECK(finds("api/examples/a.cpp", "#include <duroxide/detail/a.hpp>") != "");
  CHECK(finds("bench/a.cpp", "#include \"actors/a.hpp\"") != "");
  CHECK(finds("api/guide/a.cpp", "#include \"runtime/a.hpp\"") != "");
  CHECK(finds("api/guide/activities.cpp", "#include <duroxide/detail/a.hpp>") != "");
}

LAW("an include that hides its layer is found") {
  CHECK(finds("runtime/a.cpp", "#include \"a.hpp\"") != "");
  CHECK(finds("runtime/a.cpp", "#include \"../actors/a.hpp\"") != "");
}

LAW("a library outside its layer is found") {
  CHECK(finds("api/duroxide/client.hpp", "#include <caf/actor.hpp>") != "");
  CHECK(finds("runtime/a.cpp", "#include <caf/actor.hpp>") != "");
  CHECK(finds("persistence/a.cpp", "#include <caf/actor.hpp>") != "");
  CHECK(finds("bench/a.cpp", "#include <caf/actor.hpp>") != "");
  CHECK(finds("api/examples/hello.cpp", "#include <caf/actor.hpp>") != "");
  CHECK(finds("api/guide/time.cpp", "#include <caf/actor.hpp>") != "");
  CHECK(finds("actors/a.cpp", "#include <sqlite3.h>") != "");
  CHECK(finds("bench/a.cpp", "#include <sqlite3.h>") != "");
  CHECK(finds("api/duroxide/a.hpp", "#include <sqlite3.h>") != "");
  CHECK(finds("actors/a.cpp", "#include <pqxx/pqxx>") != "");
  CHECK(finds("runtime/a.cpp", "#include <spdlog/spdlog.h>") != "");
  CHECK(finds("persistence/a.cpp", "#include <spdlog/spdlog.h>") != "");
  CHECK(finds("api/duroxide/a.hpp", "#include <boost/asio.hpp>") != "");
}

LAW("threads and files in the runtime are found") {
  CHECK(finds("runtime/a.cpp", "#include <thread>") != "");
  CHECK(finds("runtime/a.cpp", "#include <fstream>") != "");
  CHECK(finds("actors/a.cpp", "#include <thread>") == "");
}

LAW("includes that point down are left alone") {
  CHECK(finds("api/duroxide/a.hpp",
              "#include \"duroxide/b.hpp\"\n#include <boost/json.hpp>\n#include <vector>\n") == "");
  CHECK(finds("api/duroxide/caf.hpp", "#include <caf/actor.hpp>") == "");
  CHECK(finds("runtime/a.cpp",
              "#include \"runtime/a.hpp\"\n#include <boost/json/value.hpp>\n#include <chrono>") == "");
  CHECK(finds("persistence/simulated/a.cpp",
              "#include \"persistence/simulated/a.hpp\"\n#include \"persistence/a.hpp\"") == "");
  CHECK(finds("persistence/sqlite/a.cpp",
              "#include \"persistence/a.hpp\"\n#include <sqlite3.h>\n#include <unistd.h>") == "");
  CHECK(finds("actors/a.cpp",
              "#include \"runtime/a.hpp\"\n#include <caf/actor.hpp>\n#include <spdlog/spdlog.h>") == "");
  CHECK(finds("api/examples/actor_activity.cpp", "#include <duroxide/caf.hpp>\n#include <caf/actor.hpp>") ==
        "");
  CHECK(finds("bench/a.cpp", "#include \"bench/a.hpp\"\n#include <duroxide/duroxide.hpp>") == "");
  CHECK(finds("tests/a.cpp", "#include \"actors/a.hpp\"\n#include <sqlite3.h>") == "");
  CHECK(finds("runtime/a.cpp", "// #include <caf/actor.hpp>\n") == "");
}

}  // namespace laws_of_layers
