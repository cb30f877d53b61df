// What children are called that are given no id.
#include "duroxide/calls.hpp"
#include "duroxide/utf8.hpp"
#include "runtime/child_id.hpp"
#include "runtime/sha256.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

#include <set>

namespace laws_of_child_ids {

using namespace duroxide;
using namespace duroxide::test;
using namespace duroxide::internal;

namespace {

using ctx_t = orchestration_context;

constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};

task<int> has_a_child(ctx_t ctx, int n) {
  int first = co_await ctx.schedule_sub_orchestration(part, n);
  int second = co_await ctx.schedule_sub_orchestration(part, first);
  co_return second;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const std::uint8_t byte : sha256_of(bytes)) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

std::string child_of(const std::string& parent, std::uint64_t execution, std::uint64_t event_id) {
  return short_child_id(parent, long_child_id(parent, execution, event_id));
}

std::string hash_in(const std::string& id) { return id.substr(id.size() - 32); }

}  // namespace

// FIPS 180-4 and the examples that NIST gives with it.
LAW("SHA-256 is what the standard says") {
  CHECK(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

LAW("a child is called after its parent while that is a legal id") {
  CHECK(child_of("p", 1, 2) == "p::sub::2");
  CHECK(child_of("p", 3, 2) == "p::sub::3::2");
  const std::string longest(limits::id_bytes - 8, 'p');
  CHECK(child_of(longest, 1, 2) == longest + "::sub::2");
}

LAW("an id that would be too long has the hash of it instead, the same for ever") {
  const std::string parent(limits::id_bytes, 'p');
  const std::string id = child_of(parent, 1, 2);
  CHECK(id.size() == limits::id_bytes);
  CHECK(id == std::string(217, 'p') + "::sub::" + hex(parent + "::sub::2").substr(0, 32));
  CHECK(hash_in(id) == "3183d4fccfc2b17c5e2ef827ca2a119d");
  CHECK(child_of(parent, 2, 2) != id);
  CHECK(child_of(parent, 1, 3) != id);
}

LAW("a short id is cut between characters, and begins alike for all descendants") {
  for (const std::size_t bytes : {207, 210, 216, 217, 218, 220, 250, 256}) {
    std::string id;
    while (id.size() + 3 <= bytes) id += "\u20ac";
    id.resize(bytes, 'x');
    std::string begin;
    std::set<std::string> met;
    for (int generation = 0; generation < 1000; ++generation) {
      id = child_of(id, generation % 3 == 0 ? 1 : 1'000'000'007, 123'456'789'012);
      REQUIRE(id.size() <= limits::id_bytes);
      REQUIRE(is_utf8(id));
      REQUIRE(met.insert(id).second);
      require_valid_id("instance id", id);
      if (generation == 1) begin = id.substr(0, id.size() - 32);
      if (generation > 1) REQUIRE(id.substr(0, id.size() - 32) == begin);
    }
  }
}

LAW("a new child of a parent with a long id has a legal id") {
  const std::string parent = std::string(250, 'p') + "::sub::2";
  replay_kit kit(code(has_a_child), {.instance = parent});
  kit.start("3");
  const std::string child = child_of(parent, 1, 2);
  CHECK(child.size() == limits::id_bytes);
  CHECK(kit.added() == lines("1 started it 3", "2 child part id=" + child + " 3"));
}

LAW("a child keeps the id that a history has, whatever its length") {
  const std::string parent(limits::id_bytes, 'p');
  const std::string recorded = parent + "::sub::2";
  replay_kit kit(code(has_a_child), {.verify_replay = true, .instance = parent});
  kit.given("1 started it 3", "2 child part id=" + recorded + " 3");
  kit.when("child_completed 2 30");
  const std::string next = child_of(parent, 1, 4);
  CHECK(next.size() == limits::id_bytes);
  CHECK(kit.added() == lines("3 child_completed 2 30", "4 child part id=" + next + " 30"));
  kit.when("cancel enough");
  CHECK(kit.effects() == lines("cancel_child " + next, "ends cancelled application/cancelled enough"));

  replay_kit cancelled(code(has_a_child), {.instance = parent});
  cancelled.given("1 started it 3", "2 child part id=" + recorded + " 3");
  cancelled.when("cancel enough");
  CHECK(cancelled.effects() ==
        lines("cancel_child " + recorded, "ends cancelled application/cancelled enough"));
}

LAW("an id that is neither the long nor the short one is another child") {
  const std::string parent(limits::id_bytes, 'p');
  replay_kit kit(code(has_a_child), {.compare_cold = false, .instance = parent});
  kit.given("1 started it 3", "2 child part id=" + parent + "::sub::3 3");
  kit.when("child_completed 2 30");
  REQUIRE(kit.ended());
  CHECK(kit.error().kind == error_kind::nondeterminism);
}

}  // namespace laws_of_child_ids
