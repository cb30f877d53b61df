// The program `duroxide` on a store of its own, run by tests.
#pragma once

#include "tests/support/stores.hpp"

#include <boost/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace duroxide::testing_support {

struct outcome {
  int exit_code = -1;
  std::string output;
  std::string complaints;

  // The output, which must be JSON.
  boost::json::value json() const { return boost::json::parse(output); }
  bool operator==(const outcome&) const = default;
};

// Runs the program to its end. The environment is `environment` and nothing else ("NAME=VALUE").
outcome run_duroxide(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                     const std::string& input = {});

// A store that the program can name: of the kind that store_kind says, made or not.
class named_store {
public:
  explicit named_store(bool is_made = true);
  ~named_store();

  const std::string& url() const { return url_; }
  std::shared_ptr<provider> open() const;
  std::string file(const std::string& name) const { return folder_.file(name); }

  // The program on this store, which DUROXIDE_STORE names.
  outcome run(const std::vector<std::string>& words, const std::string& input = {}) const;
  // The same with --output json. The exit code must be 0.
  boost::json::value json(std::vector<std::string> words) const;

private:
  temporary_folder folder_;
  std::unique_ptr<postgres_schema> schema_;
  std::string url_;
};

}  // namespace duroxide::testing_support
