// What is wrong is named, with what to do, and has an exit code; a password is never shown.
#include "api/operations/catalogue.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/catch.hpp"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <set>

namespace laws_of_refusals {

using namespace duroxide;
using namespace duroxide::testing_support;

namespace {

struct refusal {
  std::vector<std::string> words;
  int exit_code;
  std::string says;
};

const std::vector<refusal> refusals{
    {{"lits"}, 2, "Did you mean 'list'?"},
    {{"frobnicate"}, 2, "duroxide help"},
    {{"help", "nosuch"}, 2, "'nosuch' is no command"},
    {{"completion", "fish"}, 2, "There is one for bash."},
    {{"version", "extra"}, 2, "one word too many"},
    {{"--limit", "3", "list"}, 2, "belongs behind a command"},
    {{"list", "--staus", "failed"}, 2, "Did you mean '--status'?"},
    {{"list", "--status", "done"}, 2, "--status is 'done'; it must be one of: pending"},
    {{"list", "--limit"}, 2, "'--limit' needs a value"},
    {{"list", "--limit", "x"}, 2, "--limit is 'x'; it must be a whole number"},
    {{"list", "--limit", "0"}, 2, "it is 1 to 10000"},
    {{"list", "--limit", "1", "--limit", "2"}, 2, "--limit is given twice"},
    {{"list", "--roots=1"}, 2, "'--roots' takes no value"},
    {{"list", "--label", "x"}, 2, "NAME=VALUE"},
    {{"list", "--created-after", "yesterday"}, 2, "--created-after is 'yesterday'; it must be a time like"},
    {{"list", "--cursor", "junk"}, 2, "'junk' is not a cursor"},
    {{"list", "--prefix", "\x01"}, 2, "prefix"},
    {{"list", "extra"}, 2, "\n  extra\n       ^"},
    {{"list", "status = failed", "extra"}, 2, "'extra' is one word too many"},
    {{"list", "größe = 1"}, 2, "'ö' means nothing here"},
    {{"list", "größe = 1"}, 2, "\n  größe = 1\n    ^"},
    {{"list", "status = done"}, 2, "no instance has the status 'done'"},
    {{"list", "status = done"}, 2, "\n  status = done\n           ^"},
    {{"list", "version = '1.0.0' order by updated"}, 2, "order by created"},
    {{"count", "a = 'b"}, 2, "\n  a = 'b\n      ^"},
    {{"count", "--by", "created"}, 2, "nothing is counted by 'created'"},
    {{"list", "--output", "xml"}, 2, "table, json, jsonl, ids"},
    {{"list", "--color", "red"}, 2, "auto, always, never"},
    {{"list", "--watch", "--limit", "x"}, 2, "--limit is 'x'"},
    {{"cancel", "a", "--watch"}, 2, "cannot be watched"},
    {{"show", "nosuch", "--watch"}, 4, "there is no instance 'nosuch'"},
    {{"stats", "extra"}, 2, "one word too many"},
    {{"nodes", "--ended", "-1"}, 2, "--ended is '-1'"},
    {{"problems", "--kind", "sad"}, 2, "it must be one of: mismatch"},
    {{"verify", "--deep"}, 2, "has no option '--deep'"},
    {{"show"}, 2, "'show' needs id"},
    {{"show", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"status", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"kv", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"size", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"history", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"history", "nosuch", "--execution", "x"}, 2, "--execution is 'x'"},
    {{"timeline", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"waits", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"activities", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"explain", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"tree", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"executions", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"start"}, 2, "'start' needs orchestration"},
    {{"start", "Order"}, 2, "'start' needs id"},
    {{"start", "Order", ""}, 2, "instance id is empty"},
    {{"start", "Order", "@a/b"}, 2, "durable actor"},
    {{"start", "Order", "a", "hello"}, 2, "a text has quotes of its own"},
    {{"start", "Order", "a", "@/nowhere/input"}, 2, "'/nowhere/input' cannot be read"},
    {{"start", "Order", "a", "--delay", "soon"}, 2, "--delay is 'soon'; it must be a span"},
    {{"start", "Order", "a", "--if-exists", "maybe"}, 2, "use, fail, replace"},
    {{"start", "Order", "a", "--label", "=x"}, 2, "NAME=VALUE"},
    {{"wait", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"wait", "nosuch", "--timeout", "x"}, 2, "--timeout is 'x'"},
    {{"wait", "nosuch", "--until-exists", "--timeout", "1ms"}, 1, "nosuch"},
    {{"raise", "a"}, 2, "'raise' needs event"},
    {{"raise", "nosuch", "e"}, 4, "there is no instance 'nosuch'"},
    {{"raise", "nosuch", "e", "{"}, 2, "payload is not JSON"},
    {{"enqueue", "nosuch", "q"}, 4, "there is no instance 'nosuch'"},
    {{"label", "a"}, 2, "'label' needs name"},
    {{"label", "nosuch", "x", "1"}, 4, "there is no instance 'nosuch'"},
    {{"label", "a", "x"}, 2, "a label needs a value, or --remove"},
    {{"label", "a", "x", "1", "--remove"}, 2, "and not both"},
    {{"label", "a", "x", "many", "--type", "number"}, 2, "value is 'many'; it must be a number like 42.5"},
    {{"label", "a", "x", "1 or y = 2", "--type", "number"}, 2, "it must be a number"},
    {{"label", "a", "x", "soon", "--type", "time"}, 2, "it must be a time like"},
    {{"cancel", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"pause", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"resume", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"terminate", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"rewind", "nosuch"}, 4, "there is no instance 'nosuch'"},
    {{"rewind", "a", "--event", "x"}, 2, "--event is 'x'"},
    {{"restart", "nosuch", "1"}, 4, "there is no instance 'nosuch'"},
    {{"tell", "account", "deposit"}, 2, "KIND/KEY"},
    {{"tell", "account/ada"}, 2, "'tell' needs command"},
    {{"ask", "account/ada", "deposit", "--command-id", "x"}, 2, "command"},
    {{"ask", "account/ada", "deposit", "--timeout", "1ms"}, 1, "--timeout"},
    {{"delete", "nosuch", "--yes"}, 4, "there is no instance 'nosuch'"},
    {{"delete", "nosuch"}, 3, "--yes"},
    {{"delete-ended"}, 3, "--yes"},
    {{"delete-ended", "--updated-before", "x"}, 2, "--updated-before is 'x'"},
    {{"prune", "nosuch", "--yes"}, 4, "there is no instance 'nosuch'"},
    {{"prune-all", "--keep", "x"}, 2, "--keep is 'x'"},
    {{"export"}, 2, "'export' needs file"},
    {{"export", "/nowhere/file"}, 1, "'/nowhere/file' cannot be written"},
    {{"import", "/nowhere/file"}, 1, "'/nowhere/file' cannot be read"},
    {{"compare", "/nowhere/file"}, 1, "'/nowhere/file' cannot be read"},
    {{"init", "extra"}, 2, "one word too many"},
    {{"migrate", "extra"}, 2, "one word too many"},
};

const std::string secret = "sekret";

void check_hidden(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                  const std::string& says) {
  const outcome refused = run_duroxide(words, environment);
  INFO(refused.complaints);
  CHECK(refused.exit_code != 0);
  CHECK_THAT(refused.complaints, Catch::Contains(says));
  CHECK(refused.complaints.find(secret) == std::string::npos);
  CHECK(refused.output.find(secret) == std::string::npos);
}

}  // namespace

LAW("what is wrong is named, with an exit code of its own and nothing on the standard output") {
  const named_store store;
  for (const refusal& each : refusals) {
    std::string line;
    for (const std::string& word : each.words) line += word + " ";
    const outcome refused = store.run(each.words);
    INFO(line + ": " + refused.complaints);
    CHECK(refused.exit_code == each.exit_code);
    CHECK_THAT(refused.complaints, Catch::StartsWith("duroxide: ") && Catch::Contains(each.says));
    CHECK(refused.output.empty());
  }
}

LAW("each operation is tried with something wrong") {
  std::set<std::string> tried;
  for (const refusal& each : refusals) tried.insert(each.words.front());
  for (const auto& each : operations::catalogue()) CHECK(tried.contains(each.name));
}

LAW("with JSON as the output, a failure is an object on the standard error") {
  const named_store store;
  const outcome refused = store.run({"show", "nosuch", "--output", "json"});
  CHECK(refused ==
        outcome{4, "",
                R"({"error":{"kind":"instance_not_found","message":"there is no instance 'nosuch'"}})"
                "\n"});
}

LAW("a password is never shown, wherever it is") {
  const std::string url = "postgresql://u:" + secret + "@localhost:1/x";
  check_hidden({"--store", url, "list"}, {}, "connect");
  check_hidden({"list"}, {"DUROXIDE_STORE=" + url}, "connect");
  check_hidden({url}, {}, "behind --store");
  check_hidden({"list", url}, {}, "behind --store");
  check_hidden({"list", "--stroe", url}, {}, "Did you mean '--store'?");
  check_hidden({"list", "--stroe=" + url}, {}, "Did you mean '--store'?");
  check_hidden({"list", "--limit", url}, {}, "behind --store");
  check_hidden({"help", url}, {}, "behind --store");
  check_hidden({"--store", "postgresql://u:" + secret + "/x@h/y", "list"}, {}, "duroxide: ");
  check_hidden({"--store", "nosuch:" + secret, "list"}, {}, "begins with");
  check_hidden({"show", url}, {}, "behind --store");
  check_hidden({"start", "Order", "a", url}, {}, "behind --store");
  check_hidden({"--output", url, "list"}, {}, "--output");
}

LAW("an answer that cannot be written is a failure") {
  const named_store store;
  const std::string command =
      "DUROXIDE_STORE='" + store.url() + "' '" DUROXIDE_COMMAND "' list > /dev/full 2> /dev/null";
  const int status = std::system(command.c_str());
  CHECK(WEXITSTATUS(status) == 1);
}

LAW("a store has to be named, by its URL or by a profile") {
  const named_store store;
  const std::string profiles = store.file("profiles");
  const auto run = [&](const std::vector<std::string>& words) {
    return run_duroxide(words, {"DUROXIDE_PROFILES=" + profiles});
  };
  CHECK_THAT(run({"list"}).complaints,
             Catch::Contains("no store is named") && Catch::Contains("DUROXIDE_STORE"));
  CHECK_THAT(run({"--store", "orders.db", "list"}).complaints, Catch::Contains("sqlite:orders.db"));
  CHECK_THAT(run({"--store", "sqlite::memory:", "list"}).complaints, Catch::Contains("in memory"));
  std::ofstream(profiles) << "# where things are\n\nshop = " << store.url() << "\ndefault=" << store.url()
                          << "\n";
  CHECK(run({"--store", "shop", "list"}).exit_code == 0);
  CHECK(run({"-s", "shop", "list"}).exit_code == 0);
  CHECK(run({"list"}).exit_code == 0);
  CHECK_THAT(run({"--store", "shpo", "list"}).complaints, Catch::Contains("Did you mean 'shop'?"));
  std::ofstream(profiles) << "postgresql://u:" + secret + "@h/x\n";
  CHECK_THAT(run({"list"}).complaints, Catch::Contains("line 1 of") && !Catch::Contains(secret));
}

}  // namespace laws_of_refusals
