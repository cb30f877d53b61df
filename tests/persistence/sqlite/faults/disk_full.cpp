// A disk without room.
#include "tests/persistence/sqlite/faults/interrupting.hpp"
#include "tests/support/catch.hpp"

using namespace duroxide;
using namespace duroxide::persistence_tests;

LAW("whenever the disk gets full, what did not fit is not done, and is done when there is room again") {
  faulty_disk disk;
  disk_fault full{disk_call::write, 1, SQLITE_FULL, true};
  interrupt_every_call(disk, full, [&](const store_error& failure) {
    CHECK(failure.certainty == commit_certainty::not_done);
    CHECK(failure.kind == error_kind::store_unavailable);
    CHECK(failure.message.find(": sqlite:" + disk.file(store_name) + ": ") != std::string::npos);
    CHECK(failure.message.find("Free disk space") != std::string::npos);
  });
}
