#include "bench/leftovers.hpp"

#include "duroxide/admin.hpp"
#include "bench/progress.hpp"

namespace duroxide::bench {

bool has_unfinished_instances(const std::shared_ptr<provider>& store) {
  instance_query unfinished;
  unfinished.filter.statuses = {runtime_status::pending, runtime_status::running};
  unfinished.limit = 1;
  return !admin(store).list_instances(unfinished).instances.empty();
}

void warn_of_unfinished_instances(const std::shared_ptr<provider>& store) {
  if (!has_unfinished_instances(store)) return;
  progress::say("duroxide_bench: there are unfinished instances in " + store->description() +
                ", which will run too and are measured; --fresh begins without them");
}

}  // namespace duroxide::bench
