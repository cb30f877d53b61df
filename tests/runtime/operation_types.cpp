// Each kind of durable operation: how it enters history, what answers it, and what may be open.
#include "runtime/open_operations.hpp"
#include "runtime/operations/kinds.hpp"
#include "tests/support/catch.hpp"

#include <array>

namespace laws_of_operation_types {

using namespace duroxide;
using internal::answered_by;
using internal::event_role;
using internal::open_operations;
using internal::operation_type;
using internal::rules_of;
using internal::type_of;
namespace kinds = internal::kinds;

namespace {

constexpr std::array operation_kinds{
    detail::operation_kind::activity,          detail::operation_kind::timer,
    detail::operation_kind::external_event,    detail::operation_kind::queue_message,
    detail::operation_kind::sub_orchestration, detail::operation_kind::command};

// Kinds of events from the first to the last.
constexpr int event_kinds = static_cast<int>(event_kind::orchestration_rewound) + 1;

}  // namespace

LAW("an operation is open from its schedule event on, and only code asks for such an event") {
  for (const auto kind : operation_kinds) {
    const operation_type& type = type_of(kind);
    CHECK(rules_of(type.scheduled).role == event_role::start);
    CHECK(rules_of(type.scheduled).operation == &type);
    CHECK(is_schedule_event(type.scheduled));
  }
  CHECK(rules_of(event_kind::orchestration_detached).operation == nullptr);
}

LAW("an event that ends an operation names the operation whose outcome it is") {
  for (int number = 0; number < event_kinds; ++number) {
    const auto kind = static_cast<event_kind>(number);
    const auto& rules = rules_of(kind);
    if (rules.role != event_role::outcome) continue;
    REQUIRE(rules.operation != nullptr);
    CHECK((rules.operation->completed == kind || rules.operation->failed == kind));
    CHECK_FALSE(is_schedule_event(kind));
  }
}

LAW("a message answers the kind of operation that waits for it") {
  CHECK(answered_by(message_kind::activity_done) == &kinds::activity);
  CHECK(answered_by(message_kind::timer_due) == &kinds::timer);
  CHECK(answered_by(message_kind::child_done) == &kinds::sub_orchestration);
  CHECK(answered_by(message_kind::command_done) == &kinds::command);
  CHECK(answered_by(message_kind::event_raised) == &kinds::external_wait);
  CHECK(answered_by(message_kind::enqueued) == &kinds::queue_wait);
  CHECK(answered_by(message_kind::start) == nullptr);
  CHECK(answered_by(message_kind::cancel) == nullptr);
}

LAW("an operation either waits in the mailboxes, or has an effect that can be started and stopped, which a "
    "command cannot") {
  for (const auto kind : operation_kinds) {
    const operation_type& type = type_of(kind);
    CHECK(type.is_wait() == (type.stop_listening != nullptr));
    CHECK(type.is_wait() == (type.start == nullptr));
    CHECK(type.is_wait() == (type.withdraw == nullptr));
    const bool cannot_be_stopped = type.is_wait() || kind == detail::operation_kind::command;
    CHECK(cannot_be_stopped == (type.stop == nullptr));
  }
}

LAW("an operation is closed once; one that is detached stays open, and its outcome is for nobody") {
  open_operations open;
  detail::pending_operation pending;
  open.open(2, {&kinds::activity, {}, {}, &pending});
  open.open(3, {&kinds::timer, {}, {}, &pending});
  open.detach(3);
  CHECK(open.text() == " 2 activity_scheduled; 3 timer_created detached;");
  CHECK(open.find(2)->pending == &pending);
  CHECK(open.find(3)->pending == nullptr);
  CHECK(open.close(2).mapped().type == &kinds::activity);
  CHECK_FALSE(open.close(2));
  CHECK(open.find(2) == nullptr);
}

LAW("what a turn has started that is taken back is not open, and what was open before is") {
  open_operations open;
  for (const std::uint64_t event_id : {2U, 7U, 8U, 9U})
    open.open(event_id, {&kinds::activity, {}, {}, nullptr});
  open.forget_since(8);
  CHECK(open.find(7) != nullptr);
  CHECK(open.find(8) == nullptr);
  CHECK(open.find(9) == nullptr);
}

}  // namespace laws_of_operation_types
