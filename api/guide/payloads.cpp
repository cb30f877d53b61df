// The program of the page payloads.md.
#include "guide/support.hpp"
#include <boost/describe.hpp>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

namespace first_build {
// [before]
struct order {
  std::string article;
  std::string coupon;
};
BOOST_DESCRIBE_STRUCT(order, (), (article, coupon))
// [end]
}  // namespace first_build

namespace second_build {
// [after]
struct order {
  std::string article;
  int pieces = 1;                   // new, with what it is in orders from before
  std::optional<std::string> gift;  // new, and nothing in orders from before
};
BOOST_DESCRIBE_STRUCT(order, (), (article, pieces, gift))
// [end]
}  // namespace second_build

// [rules]
struct transfer {
  std::string account;
  long cents = 0;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(transfer, (), (account, cents, reason))
template <>
inline constexpr dx::member_list<&transfer::account, &transfer::cents> dx::required_members<transfer>{};

struct signed_contract {
  std::string text;
  std::string signature;
};
BOOST_DESCRIBE_STRUCT(signed_contract, (), (text, signature))
template <> inline constexpr dx::payload_rules dx::payload_rules_of<signed_contract> = dx::exact_payload;
// [end]

template <class T> std::string why_not(const std::string& text) {
  try {
    (void)dx::codec<T>::decode("it", text);
  } catch (const dx::configuration_error& e) {
    return e.what();
  }
  return "";
}

// [refused]
void show_refusals() {
  expect(why_not<transfer>(R"({"account":"Ada"})"),
         R"(it has the wrong type at /cents (it is missing): '{"account":"Ada"}')");
  expect(why_not<std::vector<transfer>>(R"([{"account":"Ada","cents":"7"}])"),
         "it has the wrong type at /0/cents (expected a number, got a string): "
         R"('[{"account":"Ada","cents":"7"}]')");
  expect(why_not<signed_contract>(R"({"text":"a","signature":"b","seal":1})"),
         R"(it has the wrong type at /seal (it is not expected): '{"text":"a","signature":"b","seal":1}')");
}
// [end]

template <class Order> struct shop {
  static constexpr dx::activity<std::string(Order)> pack{"pack"};
  static constexpr dx::event_queue<std::string> payments{"payments"};
  static constexpr dx::orchestration<std::string(Order)> shipping{"Shipping"};
};
using shop_1 = shop<first_build::order>;
using shop_2 = shop<second_build::order>;

// [code]
dx::task<std::string> ship_1(dx::orchestration_context ctx, first_build::order wanted) {
  std::string packed = co_await ctx.schedule_activity(shop_1::pack, wanted);
  ctx.set_kv_value("order", wanted);
  std::string payer = co_await ctx.dequeue_event(shop_1::payments);
  co_return packed + " for " + payer;
}

// What the second build has in its place: it asks for the same, and its orders have other members.
dx::task<std::string> ship_2(dx::orchestration_context ctx, second_build::order wanted) {
  std::string packed = co_await ctx.schedule_activity(shop_2::pack, wanted);
  ctx.set_kv_value("order", wanted);
  std::string payer = co_await ctx.dequeue_event(shop_2::payments);
  co_return std::to_string(wanted.pieces) + " " + packed + " for " + payer;
}
// [end]

// [deploy]
void deploy(const std::string& database) {
  {
    dx::runtime first(dx::sqlite_provider::open(database));
    first.register_activity(shop_1::pack, [](dx::activity_context&, first_build::order wanted) {
      return wanted.article + " with " + wanted.coupon;
    });
    first.register_orchestration(shop_1::shipping, ship_1);
    first.start();
    auto shipped = first.client().start(shop_1::shipping, "s", first_build::order{"tea", "SPRING"});
    shipped.wait_for_kv_value<first_build::order>("order", 30s);
  }
  dx::runtime second(dx::sqlite_provider::open(database));
  second.register_activity(shop_2::pack, [](dx::activity_context&, second_build::order wanted) {
    return wanted.article + (wanted.gift ? " as a gift" : "");
  });
  second.register_orchestration(shop_2::shipping, ship_2);
  second.start();
  auto shipped = second.client().instance(shop_2::shipping, "s");
  shipped.enqueue(shop_2::payments, "Ada");
  expect(shipped.result(30s), "1 tea with SPRING for Ada");  // packed by the first build
}
// [end]

int main() {
  show_refusals();
  guide::temporary_database database;
  deploy(database.path());
}
