// The main job: its report is sha256sum's, whatever happens to its process.
#include "tests/examples/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/stores.hpp"

#include <filesystem>
#include <fstream>

namespace duroxide {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class tree {
public:
  tree() { fs::create_directory(root()); }

  std::string root() const { return folder_.file("tree"); }
  std::string file(const std::string& name) const { return folder_.file(name); }

  void add(const std::string& path, const std::string& content) const {
    fs::path full = fs::path(root()) / path;
    fs::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << content;
  }

  std::vector<std::string> command() const {
    return {CHECKSUM_TREE, root(), "--database", file("job.db"), "--report", file("report.txt")};
  }

  std::string expected() const {
    return run_program(
               {"sh", "-c", "find \"$0\" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum", root()})
        .output;
  }

  std::string report() const { return read_file(file("report.txt")); }

private:
  temporary_folder folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

LAW("the report is what sha256sum says, odd names included") {
  tree tree;
  for (const char* name :
       {"plain", "with space", "-dash", "back\\slash", "new\nline", "return\rhere", "\xff\xfe.bin",
        "sub/dir/file", "sub-dir", "sub.dir/x", "sub dir/\xc3\xbc", "empty"})
    tree.add(name, std::string(name) == "empty" ? "" : std::string("content of ") + name);
  fs::create_symlink("plain", fs::path(tree.root()) / "link");
  fs::create_directory(fs::path(tree.root()) / "empty-directory");
  program_result ended = run_program(tree.command());
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.output, "12 files in the report"));
  CHECK(contains(ended.output, "1 links and special files skipped"));
  CHECK(tree.report() == tree.expected());
}

LAW("a job that is complete writes the same report again, and hashes nothing") {
  tree tree;
  tree.add("a", "1");
  tree.add("b", "2");
  run_program(tree.command());
  std::string first = tree.report();
  program_result again = run_program(tree.command());
  CHECK(contains(again.output, "the job is complete already"));
  CHECK(contains(again.output, "0 of them hashed by this run"));
  CHECK(tree.report() == first);
}

LAW("an empty tree has an empty report") {
  tree tree;
  CHECK(run_program(tree.command()).exit_code == 0);
  CHECK(tree.report().empty());
}

LAW("killed again and again with kill -9, the job goes on where it was and its report is right") {
  tree tree;
  constexpr int files = 6000;
  for (int i = 0; i < files; ++i)
    tree.add("d" + std::to_string(i % 37) + "/f" + std::to_string(i),
             std::string(2000, static_cast<char>('a' + i % 26)));
  std::string log = tree.file("log");
  int kills = 0;
  std::uint64_t seen = 0;
  for (int round = 0; round < 4; ++round) {
    running_program job(tree.command(), log);
    // Killed as soon as it has got further than it was.
    bool further = eventually([&] {
      if (job.ended()) return true;
      if (!contains(read_file(log), round == 0 ? "starting" : "resuming")) return false;
      std::string output = read_file(log);
      std::size_t last = output.rfind('(');
      std::uint64_t done = last == std::string::npos ? 0 : std::stoull(output.substr(last + 1));
      if (done <= seen) return false;
      seen = done;
      return true;
    });
    REQUIRE(further);
    if (!job.kill_now()) break;
    ++kills;
  }
  CHECK(kills >= 3);
  program_result ended = run_program(tree.command());
  CHECK(ended.exit_code == 0);
  CHECK(contains(ended.output, std::to_string(files) + " files in the report"));
  CHECK(tree.report() == tree.expected());
}

LAW("bad arguments are named, and nothing is written") {
  tree tree;
  auto run = [&](const std::string& directory, const std::string& database) {
    return run_program(
        {CHECKSUM_TREE, directory, "--database", database, "--report", tree.file("report.txt")});
  };
  program_result missing = run(tree.file("nowhere"), tree.file("job.db"));
  CHECK(missing.exit_code == 2);
  CHECK(contains(missing.output, "there is no directory '" + tree.file("nowhere") + "'"));
  tree.add("file", "x");
  CHECK(contains(run(tree.root() + "/file", tree.file("job.db")).output, "is not a directory"));
  program_result no_folder = run(tree.root(), tree.file("no/such/folder/job.db"));
  CHECK(no_folder.exit_code == 2);
  CHECK(contains(no_folder.output, "no/such/folder"));
  program_result no_database = run(tree.root(), tree.root() + "/file");
  CHECK(no_database.exit_code == 2);
  CHECK(contains(no_database.output, "not an SQLite database"));
  CHECK(read_file(tree.root() + "/file") == "x");
  CHECK_FALSE(fs::exists(tree.file("report.txt")));
}

}  // namespace
}  // namespace duroxide
