// What a store says when its disk fails, and that it is true.
#include "tests/persistence/sqlite/faults/interrupting.hpp"
#include "tests/support/catch.hpp"

using namespace duroxide;
using namespace duroxide::persistence_tests;

namespace {

void fail_every(disk_call call, int code, const std::string& advice) {
  faulty_disk disk;
  interrupt_every_call(disk, {call, 1, code}, [&](const store_error& failure) {
    CHECK(failure.kind == error_kind::store_unavailable);
    CHECK(failure.message.find(": sqlite:" + disk.file(store_name) + ": ") != std::string::npos);
    CHECK(failure.message.find(advice) != std::string::npos);
  });
}

constexpr const char* look_at_the_disk = "Check the disk and the system log; then try again.";

}  // namespace

LAW("whichever write fails, what the store says of it is true") {
  fail_every(disk_call::write, SQLITE_IOERR_WRITE, look_at_the_disk);
}

LAW("whichever read fails, what the store says of it is true") {
  fail_every(disk_call::read, SQLITE_IOERR_READ, look_at_the_disk);
}

LAW("whichever sync fails, no commit is acknowledged that a power cut can undo") {
  fail_every(disk_call::sync, SQLITE_IOERR_FSYNC, look_at_the_disk);
}

LAW("whichever truncation fails, what the store says of it is true") {
  fail_every(disk_call::truncate, SQLITE_IOERR_TRUNCATE, look_at_the_disk);
}

LAW("whichever removal of a file fails, what the store says of it is true") {
  fail_every(disk_call::remove, SQLITE_IOERR_DELETE, look_at_the_disk);
}

LAW("whichever opening of a file fails, what the store says of it is true") {
  fail_every(disk_call::open, SQLITE_CANTOPEN, "Check that the folder exists");
}
