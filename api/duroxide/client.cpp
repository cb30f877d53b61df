#include "duroxide/client.hpp"

#include "duroxide/detail/client_requests.hpp"

namespace duroxide {

template <class Mode>
void basic_client<Mode>::begin_start(start_request wanted, reply<start_result> done) const {
  detail::begin_start(connection_.template port_for<Mode>(), std::move(wanted), std::move(done));
}

template <class Mode>
void basic_client<Mode>::begin_ask(command_request wanted, reply<std::string> done) const {
  detail::begin_ask(connection_.template port_for<Mode>(), std::move(wanted), std::move(done));
}

template <class Mode>
void basic_client<Mode>::begin_query(query_request wanted, reply<std::string> done) const {
  detail::begin_query(connection_.template port_for<Mode>(), std::move(wanted), std::move(done));
}

template class basic_client<blocking>;
template class basic_client<asynchronous>;

client client::with_call_timeout(duration limit) const {
  client changed = *this;
  changed.connection_.call_timeout = detail::checked_limit("the call timeout of a client", limit);
  return changed;
}

}  // namespace duroxide
