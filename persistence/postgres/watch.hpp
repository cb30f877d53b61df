// Waiting for what others write.
#pragma once

#include "persistence/postgres/store.hpp"

#include <memory>
#include <optional>

namespace duroxide::persistence::postgres {

// Sleeps until this process has something to look at: because one of its threads has written it, or because
// another process has said so. Notifications may be lost (a lost session, a pooler in front), so a wait has
// an end even if nothing is heard.
class watch final : public change_watch {
public:
  // Throws store_failure.
  watch(std::shared_ptr<store> opened, watch_scope scope);

  bool wait(std::optional<duration> at_most) override;
  void interrupt() override { wake_->set(); }

private:
  const std::shared_ptr<store> store_;
  const std::shared_ptr<event_fd> wake_;
};

}  // namespace duroxide::persistence::postgres
