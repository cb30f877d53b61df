#include "examples/checksum_tree/job.hpp"

#include "examples/checksum_tree/sha256.hpp"

#include <memory>

namespace checksum_tree {

namespace {

// One execution works on one page and then continues as new, so that no history grows beyond some 3000
// events.
constexpr std::uint64_t files_per_page = 1000;

constexpr dx::activity<std::uint64_t(std::string)> count_files{"count_files"};
constexpr dx::activity<page(page_request)> list_files{"list_files"};
constexpr dx::activity<std::string(std::string)> hash_file{"hash_file"};

// Shared by the tasks of one execution.
struct page_work {
  progress job;
  page files;
};

// What client programs show as a bar, and what a resumed one says was done already.
void show(const dx::orchestration_context& ctx, const progress& job) {
  ctx.set_custom_status(std::to_string(job.done) + "/" + std::to_string(job.total));
}

dx::task<void> run_file(dx::orchestration_context ctx, std::shared_ptr<page_work> work, std::size_t index) {
  if (work->files.entries[index].problem.empty()) {
    const std::string path = work->job.root + "/" + work->files.entries[index].path;
    auto digest = co_await dx::settle(ctx.schedule_activity(hash_file, path));
    if (digest)
      work->files.entries[index].digest = *digest;
    else
      work->files.entries[index].problem = digest.error().message();
  }
  if (!work->files.entries[index].problem.empty()) ++work->job.unreadable;
  ++work->job.done;
  show(ctx, work->job);
}

dx::task<progress> run_checksum_tree(dx::orchestration_context ctx, progress job) {
  if (job.parts == 0) {
    job.total = co_await ctx.schedule_activity(count_files, job.root);
    show(ctx, job);
  }

  page_request request{job.root, job.after, files_per_page};
  page files = co_await ctx.schedule_activity(list_files, request);

  // At most one page is under way, and of that as many files at a time as the runtime has workers.
  auto work = std::make_shared<page_work>(page_work{job, files});
  std::vector<dx::task<void>> hashing;
  for (std::size_t i = 0; i < files.entries.size(); ++i) hashing.push_back(run_file(ctx, work, i));
  co_await dx::all(std::move(hashing));

  job = work->job;
  job.skipped += files.skipped;
  job.after = files.last;
  ctx.start_orchestration(keep_part, part_id(ctx.instance_id(), job.parts), work->files);
  ++job.parts;
  if (files.is_last) co_return job;
  co_return ctx.continue_as_new(job);
}

dx::task<page> run_keep_part(dx::orchestration_context, page part) { co_return part; }

}  // namespace

std::string part_id(const std::string& job, std::uint64_t number) {
  return job + "::part-" + std::to_string(number);
}

void register_job(dx::runtime& runtime, std::atomic<std::uint64_t>& hashed) {
  runtime.register_activity(count_files, [](dx::activity_context&, std::string root) {
    return std::uint64_t{list_page({root, {}}).entries.size()};
  });
  runtime.register_activity(list_files,
                            [](dx::activity_context&, page_request request) { return list_page(request); });
  runtime.register_activity(hash_file, [&hashed](dx::activity_context&, std::string path) {
    ++hashed;
    return sha256_of_file(path);
  });
  runtime.register_orchestration(checksum_tree, run_checksum_tree);
  runtime.register_orchestration(keep_part, run_keep_part);
}

}  // namespace checksum_tree
