// Names of the classes that users hold.
#pragma once

namespace duroxide {

class activity_context;
class admin;
class client;
class client_port;
class orchestration_context;
class provider;
class registry;
class runtime;
struct runtime_options;

template <class Signature> class activity;
template <class Signature> class orchestration;
template <class Payload> class event;
template <class Payload> class event_queue;
template <class T> class task;

}  // namespace duroxide
