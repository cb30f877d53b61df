// All that knows libpqxx's two interfaces: what its versions 6.4 and 7.10 call by different names.
#pragma once

#include <pqxx/pqxx>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::persistence::postgres::libpqxx {

using on_notice = std::function<void()>;
using on_notification = std::function<void(const std::string& channel, const std::string& text)>;

#if PQXX_VERSION_MAJOR >= 7

// The arguments of a statement, in their binary format. REQUIRES: `values` stay as they are meanwhile.
inline pqxx::params binary_arguments(const std::vector<std::string>& values) {
  pqxx::params all;
  all.reserve(values.size());
  for (const std::string& each : values) all.append(pqxx::binary_cast(each));
  return all;
}

// The arguments of a statement, as text; none: null.
inline pqxx::params text_arguments(const std::vector<std::optional<std::string>>& values) {
  pqxx::params all;
  for (const auto& each : values) all.append(each);
  return all;
}

inline pqxx::result run(pqxx::nontransaction& transaction, const std::string& sql,
                        const pqxx::params& arguments) {
  return transaction.exec(sql, arguments);
}

inline pqxx::result run_prepared(pqxx::nontransaction& transaction, const std::string& name,
                                 const pqxx::params& arguments) {
  return transaction.exec(pqxx::prepped(name), arguments);
}

inline void close(pqxx::connection& session) { session.close(); }

// Nothing is printed. What the server says by itself is told.
class notices {
public:
  notices(pqxx::connection& session, on_notice tell) : session_(session) {
    session_.set_notice_handler([tell = std::move(tell)](pqxx::zview) { tell(); });
  }
  notices(const notices&) = delete;
  // Results that outlive the session have its handler too.
  ~notices() { session_.set_notice_handler({}); }

private:
  pqxx::connection& session_;
};

class listener {
public:
  listener(pqxx::connection& session, const std::string& channel, on_notification tell) {
    session.listen(channel, [tell = std::move(tell)](const pqxx::notification& heard) {
      tell(std::string(heard.channel), std::string(heard.payload));
    });
  }
};

#else

inline std::vector<pqxx::binarystring> binary_arguments(const std::vector<std::string>& values) {
  std::vector<pqxx::binarystring> all;
  all.reserve(values.size());
  for (const std::string& each : values) all.emplace_back(each);
  return all;
}

inline std::vector<const char*> text_arguments(const std::vector<std::optional<std::string>>& values) {
  std::vector<const char*> all;
  for (const auto& each : values) all.push_back(each ? each->c_str() : nullptr);
  return all;
}

template <class Values>
pqxx::result run(pqxx::nontransaction& transaction, const std::string& sql, const Values& arguments) {
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(arguments));
}

template <class Values>
pqxx::result run_prepared(pqxx::nontransaction& transaction, const std::string& name,
                          const Values& arguments) {
  return transaction.exec_prepared(name, pqxx::prepare::make_dynamic_params(arguments));
}

inline void close(pqxx::connection& session) { session.disconnect(); }

class notices final : public pqxx::errorhandler {
public:
  notices(pqxx::connection& session, on_notice tell) : errorhandler(session), tell_(std::move(tell)) {}
  bool operator()(const char*) noexcept override {
    tell_();
    return false;
  }

private:
  on_notice tell_;
};

class listener final : public pqxx::notification_receiver {
public:
  listener(pqxx::connection& session, const std::string& channel, on_notification tell)
      : notification_receiver(session, channel), tell_(std::move(tell)) {}
  void operator()(const std::string& text, int) override { tell_(channel(), text); }

private:
  on_notification tell_;
};

#endif

}  // namespace duroxide::persistence::postgres::libpqxx
