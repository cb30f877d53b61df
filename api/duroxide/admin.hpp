// Administration: what an operator reads from a store, and changes in it.
#pragma once

#include "duroxide/administration.hpp"
#include "duroxide/fwd.hpp"
#include "duroxide/provider.hpp"
#include "duroxide/rewind.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide {

// A cheap value; any thread may use it. Works on the store itself, with or without a runtime in this process
// or any other. Every member blocks until the store has answered, and throws
//   configuration_error    an id, a limit or a cursor is not legal (invalid_argument)
//   infrastructure_error   the store cannot do it now (store_unavailable)
// and what its own comment says.
class admin {
public:
  explicit admin(std::shared_ptr<provider> store) : store_(std::move(store)) {}

  // -- looking ----------------------------------------------------------------

  // A page of instances. Pages by cursor show an instance that is there all the time exactly once, whatever
  // comes and goes meanwhile (with `updated`, unless it is updated). One page costs the rows that it shows
  // and those that the filter passes over; ids, creation, names, parents, and every status but `completed`
  // have an index. A list of ids in the filter is looked up again for each page, however long it is. Here and
  // below, an instance whose row cannot be read (somebody has changed it) is shown with the columns that can be
  // read, and `unreadable` names the others: it does not keep other instances from being shown.
  instance_page list_instances(const instance_query& what = {}) const;
  // A page of what a filter lets through (duroxide/filter.hpp): list("status = failed and amount > 100"). Pages by
  // cursor go on as above, with the same filter. Conditions on id (but !=), parent, root, a label (but !=), every
  // status but completed, every state but ended, problem, orchestration and created have an index; the store goes by
  // the one that is likely to leave the fewest instances, for each alternative of the filter. A filter ordered by
  // `updated` needs one such condition in each of its alternatives.
  instance_page list(const filter& what, const page_request& page = {}) const;
  instance_page list(std::string_view what, const page_request& page = {}) const;
  // How many instances a filter lets through, by the values of a field or a label, the largest first: count("created
  // > -1d", "status"). Without a group, one count of all. Reads all that the filter lets through.
  std::vector<group_count> count(const filter& what,
                                 const std::optional<filter_term>& group = std::nullopt) const;
  std::vector<group_count> count(std::string_view what, std::string_view group = {}) const;
  // Throws instance_error (instance_not_found).
  instance_info get_instance_info(const std::string& instance) const;
  // The instance and all its descendants, each after its parent. Throws instance_error (instance_not_found).
  std::vector<instance_in_tree> get_instance_tree(const std::string& instance) const;
  // In order. Throws instance_error (instance_not_found).
  std::vector<execution_info> list_executions(const std::string& instance) const;
  // Throws instance_error (instance_not_found), also if the execution was pruned.
  execution_info get_execution_info(const std::string& instance, std::uint64_t execution) const;
  // The events, in order; `execution` 0: the current one. Throws instance_error (instance_not_found), and
  // infrastructure_error (corrupted_history) for a row that cannot be read.
  std::vector<history_event> read_history(const std::string& instance, std::uint64_t execution = 0) const;

  // Instances that do not go on, and why: the oldest problem first. What keeps one for less than a second may not be
  // among them.
  problem_page list_problems(const problem_query& what = {}) const;
  // What an instance waits for, and why it does not go on, as the store shows it; no runtime is asked. Reads the
  // history of its current execution, the rows of its activities and messages, and those of what it waits for. Of a
  // history of format 1, which records the messages of queues as they arrive, a wait for a queue may have its message
  // already. Throws instance_error (instance_not_found).
  explanation explain(const std::string& instance) const;

  // Counts of everything: reads the tables whole.
  system_metrics get_system_metrics() const;
  // Counts of waiting work: reads the tables of work in progress whole.
  queue_depths get_queue_depths() const;
  // How many events, messages and values one instance has, and how many bytes they are; none if there is no
  // such instance. Reads the rows of that instance alone; its history is not decoded and does not leave the
  // store, however long it is. An instance whose history has format 1 records the messages of its queues as
  // it receives them: they count as history, not as `queued_messages`.
  std::optional<duroxide::instance_statistics> instance_statistics(const std::string& instance) const;
  // Living nodes with what they offer and own, and the last `ended` ones that left or died.
  std::vector<node_info> list_nodes(std::size_t ended = 10) const;

  // -- labels -----------------------------------------------------------------

  // Sets or removes a label of an instance that runs; see instance_handle::set_label, also for what is thrown.
  void change_label(const std::string& instance, const label_change& what) const;
  template <class T> void set_label(const std::string& instance, std::string name, const T& value) const {
    change_label(instance, {.wanted = make_label(std::move(name), value)});
  }

  // -- rewinding --------------------------------------------------------------

  // Sends an instance back in the history of its current execution, and lets it run on from there, whatever its
  // status is: the way to mend one that failed because something was down, or whose code was wrong. It is done when
  // the request is stored; the node that owns the instance takes it before anything else, also if the instance is
  // stalled or paused (then it stays paused), and without running code.
  //
  // What was asked for before the point and had its outcome behind it: a failure is asked for again, with the same
  // activity_id; a success arrives again, in its order, and nothing runs for it. What was still open goes on, or
  // begins again if the end of the instance had stopped it; timers keep their time, but those that cut off a call,
  // or may have limited one, have theirs anew. What was asked for behind the point is cancelled; if the code asks
  // again, it has a new activity_id. Custom status, key-value store and labels are as they were, but for labels from
  // outside. Sub-orchestrations that failed, or were cancelled with the instance, go back to their own last
  // failures, all at once or none. A command that a durable actor refused is not sent again: the actor keeps its
  // answer. Detached orchestrations stay as they are.
  //
  // Throws instance_error: instance_not_found, or invalid_argument if it cannot be cut there, if nothing has failed,
  // if its parent has ended (rewind that), or if a sub-orchestration that is needed is gone; limit_error for a reason
  // that is too long; infrastructure_error (store_incompatible) while a node of the store runs a build that knows of
  // no rewinds.
  rewind_receipt rewind(const std::string& instance, const rewind_point& point = rewind_point::last_failure(),
                        const rewind_options& options = {}) const;
  // What that would do, as things are now.
  rewind_receipt preview_rewind(const std::string& instance,
                                const rewind_point& point = rewind_point::last_failure(),
                                const rewind_options& options = {}) const;

  // -- deleting ---------------------------------------------------------------

  // Deletes an instance that has ended, with its sub-orchestrations, which must have ended too; all or
  // nothing. Throws instance_error: instance_not_found, instance_running if one of them still runs, or
  // invalid_argument if it is itself a sub-orchestration: delete its root.
  //
  // With `force`, running ones are deleted as well. They are cancelled first, and given up to `patience` to
  // end, so that their activities stop; those that have not ended by then are deleted as they are, and an activity
  // of theirs that is still running may run to its end, but its result is ignored. Use such an id again only after
  // that. Clients that wait for it are told (instance_not_found). `patience` may be no_limit.
  deletion delete_instance(const std::string& instance, bool force = false,
                           duration patience = std::chrono::seconds(5)) const;
  // Deletes root instances that have ended and that the filter lets through, the oldest first, at most
  // `limit`, each with its tree, in a transaction of its own. Those with descendants that still run are
  // passed over.
  deletion delete_instances(instance_filter filter, std::size_t limit = 1000) const;

  // Deletes executions that have ended, of a running instance too; never the current one. KV values and
  // messages stay. Throws instance_error (instance_not_found).
  deletion prune_executions(const std::string& instance, const prune_options& options) const;
  // The same for every instance that the filter lets through, the oldest first, at most `limit`.
  deletion prune_executions(instance_filter filter, const prune_options& options,
                            std::size_t limit = 1000) const;

  // -- export and import -----------------------------------------------------------

  // Writes instances, running ones included, to a file of JSON lines, which either kind of store can import:
  // one root instance with all its descendants, or everything. It is a snapshot of one moment, so no runtime
  // need be stopped for a backup; but an instance that is to continue elsewhere must not continue here too: stop
  // its runtimes first. The file appears when it is complete. It does not say which node has a session.
  // Throws configuration_error (invalid_argument) for a file that cannot be written, and instance_error:
  // instance_not_found, or invalid_argument for a sub-orchestration.
  transfer export_instances(const std::filesystem::path& file,
                            const std::optional<std::string>& root = std::nullopt) const;
  // Checks all of such a file, adds its instances to this store, compares the written rows with the file, and
  // commits; all or nothing. Running instances continue when a runtime is started. Throws
  // configuration_error (invalid_argument) for a file that is incomplete, or that contains what no export writes
  // (the number of the line, the member and what is wrong with it are named), and for an instance that exists
  // already; infrastructure_error (store_in_use) while any runtime runs on the store.
  transfer import_instances(const std::filesystem::path& file) const;
  // How the instances of such a file differ from those in this store, at most `limit` differences; empty:
  // nothing differs. Throws configuration_error (invalid_argument) for a file that is incomplete.
  std::vector<inconsistency> compare_instances(const std::filesystem::path& file,
                                               std::size_t limit = 100) const;

  // -- verifying --------------------------------------------------------------

  // Reads through the whole store, as it is at one moment, and reports inconsistencies: events that are
  // missing, duplicated or unreadable, and rows without what they belong to (a child without its parent's event,
  // an activity without its event, a message for nobody). Changes nothing; reads everything, in bounded
  // memory.
  verification verify() const;

private:
  // Throws configuration_error (invalid_argument) inside an orchestration, and on a thread that runs actors.
  provider& checked_store() const;

  std::shared_ptr<provider> store_;
};

}  // namespace duroxide
