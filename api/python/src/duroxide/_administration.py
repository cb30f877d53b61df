"""What an operator does: functions of the native Admin, with arguments that have been checked. All of them block;
`Client` calls them, and `AsyncClient` has a thread do it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, Union

from duroxide import _arguments as check
from duroxide import _rows as rows
from duroxide import history as events_of_history
from duroxide.errors import InstanceNotFoundError
from duroxide.payloads import dumps
from duroxide.results import (
    DeleteInstanceResult,
    Event,
    ExecutionInfo,
    Explanation,
    Inconsistency,
    InstanceFilter,
    InstanceInfo,
    InstancePage,
    InstanceTree,
    NodeInfo,
    Problem,
    RewindResult,
    PruneOptions,
    PruneResult,
    QueueDepths,
    SystemMetrics,
    SystemStats,
    Transfer,
    Verification,
)

if TYPE_CHECKING:
    from duroxide._native import Admin, Filter

R = TypeVar("R")
AdminOperation = Callable[["Admin"], R]
Path = Union[str, "os.PathLike[str]"]

_PAGE = 10_000
_PATIENCE_MS = 5_000  # how long a forced deletion lets instances end by themselves; as in C++
_DEFAULT_LIMIT = 1000
PROBLEM_KINDS = ("mismatch", "not_registered", "cannot_load", "refused", "paused")
_ORDERS = ("created", "id", "updated")
_ENDED = ["completed", "failed", "cancelled"]


def _id(value: Any) -> str:
    return check.text(value, "instance_id")


def _file(value: Any) -> str:
    return check.path(value, "file")


# -- looking -----------------------------------------------------------------------


def system_metrics(admin: Admin) -> SystemMetrics:
    return rows.system_metrics(admin.system_metrics())


def queue_depths(admin: Admin) -> QueueDepths:
    return rows.queue_depths(admin.queue_depths())


def orchestration_stats(instance_id: str) -> AdminOperation[SystemStats | None]:
    instance = _id(instance_id)
    return lambda admin: rows.system_stats(admin.instance_statistics(instance))


def _ids(admin: Admin, filter: Filter, descending: bool, most: int | None = None) -> list[str]:
    """The ids of the instances that the filter selects, in the order of their creation, at most `most` of them."""
    found: list[str] = []
    cursor = ""
    while most is None or len(found) < most:
        limit = _PAGE if most is None else min(_PAGE, most - len(found))
        page, cursor = admin.list_instances(filter, "created", descending, limit, cursor)
        found += (row["instance"] for row in page)
        if not cursor:
            break
    return found


def all_ids(admin: Admin) -> list[str]:
    return _ids(admin, {}, descending=True)


def ids_by_status(status: str) -> AdminOperation[list[str]]:
    statuses = rows.native_statuses(check.any_text(status, "status"))
    # An empty list of statuses would let all instances through.
    return lambda admin: _ids(admin, {"statuses": statuses}, descending=True) if statuses else []


def _native_filter(
    statuses: Sequence[str] | None,
    orchestration: str | None,
    id_prefix: str | None,
    ids: Sequence[str] | None,
    parent: str | None,
    roots_only: bool,
    label: tuple[str, str] | None,
    created_from: int | None,
    created_before: int | None,
    updated_from: int | None,
    updated_before: int | None,
) -> tuple[Filter, bool]:
    """The filter, and whether it can select anything."""
    made: Filter = {"roots_only": check.truth(roots_only, "roots_only")}
    if statuses is not None:
        words = check.texts(statuses, "statuses")
        made["statuses"] = [native for word in words for native in rows.native_statuses(word)]
    if orchestration is not None:
        made["orchestration"] = check.text(orchestration, "orchestration")
    if id_prefix is not None:
        made["id_prefix"] = check.text(id_prefix, "id_prefix")
    if ids is not None:
        made["ids"] = check.texts(ids, "ids")
    if parent is not None:
        made["parent"] = check.text(parent, "parent")
    if label is not None:
        if not isinstance(label, tuple) or len(label) != 2:
            raise check.wrong_type("label", "a tuple of a name and a value", label)
        made["label"] = (check.text(label[0], "the name of label"), check.any_text(label[1], "the value of label"))
    if created_from is not None:
        made["created_from"] = check.whole(created_from, "created_from")
    if created_before is not None:
        made["created_before"] = check.whole(created_before, "created_before")
    if updated_from is not None:
        made["updated_from"] = check.whole(updated_from, "updated_from")
    if updated_before is not None:
        made["updated_before"] = check.whole(updated_before, "updated_before")
    return made, statuses is None or bool(made["statuses"])


def list_instances(
    order: str, descending: bool, limit: int, cursor: str, filter: str | None, **conditions: Any
) -> AdminOperation[InstancePage]:
    selected, possible = _native_filter(**conditions)
    check.one_of(order, "order", _ORDERS)
    check.truth(descending, "descending")
    if check.whole(limit, "limit", 1) > _PAGE:
        raise ValueError(f"limit must be at most {_PAGE}, and is {limit}")
    check.any_text(cursor, "cursor")
    if filter is not None:
        text = check.any_text(filter, "filter")
        _refuse_beside_filter({**conditions, "order": order != "created", "descending": not descending})
        return lambda admin: rows.instance_page(*admin.find_instances(text, limit, cursor))
    if not possible:
        return lambda admin: InstancePage([], "")
    return lambda admin: rows.instance_page(*admin.list_instances(selected, order, descending, limit, cursor))


def _refuse_beside_filter(others: Mapping[str, Any]) -> None:
    for name, value in others.items():
        if value is not None and value is not False:
            raise ValueError(f"{name} cannot be given beside filter; write it in the filter")


def count_instances(filter: str, by: str | None) -> AdminOperation[int | dict[str | None, int]]:

    text, group = check.any_text(filter, "filter"), check.optional_text(by, "by")
    if group is None:
        return lambda admin: admin.count_instances(text, None)[0][1]
    return lambda admin: dict(admin.count_instances(text, group))


def instance_info(instance_id: str) -> AdminOperation[InstanceInfo]:
    instance = _id(instance_id)
    return lambda admin: rows.instance_info(admin.instance_info(instance))


def execution_info(instance_id: str, execution_id: int) -> AdminOperation[ExecutionInfo]:
    instance, execution = _id(instance_id), check.whole(execution_id, "execution_id")
    return lambda admin: rows.execution_info(admin.execution_info(instance, execution))


def executions(instance_id: str) -> AdminOperation[list[int]]:
    instance = _id(instance_id)
    return lambda admin: [row["execution"] for row in admin.executions(instance)]


def history(instance_id: str, execution_id: int) -> AdminOperation[list[Event]]:
    instance, execution = _id(instance_id), check.whole(execution_id, "execution_id")
    return lambda admin: events_of_history.events(admin.history(instance, execution))


def instance_tree(instance_id: str) -> AdminOperation[InstanceTree]:
    instance = _id(instance_id)

    def read(admin: Admin) -> InstanceTree:
        ids = [row["instance"] for row, _ in admin.instance_tree(instance)]
        return InstanceTree(root_id=instance, all_ids=ids, size=len(ids))

    return read


def problems(kind: str | None, instance_id: str | None, limit: int) -> AdminOperation[list[Problem]]:
    if kind is not None:
        check.one_of(kind, "kind", PROBLEM_KINDS)
    instance = None if instance_id is None else _id(instance_id)
    number = check.whole(limit, "limit")
    return lambda admin: [rows.problem(row) for row in admin.problems(kind, instance, number)]


def explain(instance_id: str) -> AdminOperation[Explanation]:
    instance = _id(instance_id)
    return lambda admin: rows.explanation(admin.explain(instance))


def nodes(ended: int) -> AdminOperation[list[NodeInfo]]:
    number = check.whole(ended, "ended")
    return lambda admin: [rows.node(row) for row in admin.nodes(number)]


# -- rewinding -----------------------------------------------------------------------

# The input that an instance has.
KEPT: Any = object()


def rewind(
    instance_id: str, event_id: int | None, reason: str | None, version: str | None, drop_messages: bool, preview: bool
) -> AdminOperation[RewindResult]:
    instance, event = _id(instance_id), check.optional_whole(event_id, "event_id", 1)
    why = "" if reason is None else check.any_text(reason, "reason")
    wanted = check.optional_text(version, "version")
    check.truth(drop_messages, "drop_messages")
    check.truth(preview, "preview")
    return lambda admin: RewindResult(*admin.rewind(instance, event, why, wanted, drop_messages, preview))


def restart(
    instance_id: str, input: Any, reason: str | None, version: str | None, drop_messages: bool
) -> AdminOperation[RewindResult]:
    instance = _id(instance_id)
    text = None if input is KEPT else dumps(input)
    why = "" if reason is None else check.any_text(reason, "reason")
    wanted = check.optional_text(version, "version")
    check.truth(drop_messages, "drop_messages")
    return lambda admin: RewindResult(*admin.restart(instance, text, why, wanted, drop_messages))


# -- deleting ------------------------------------------------------------------------


def delete_instance(instance_id: str, force: bool) -> AdminOperation[DeleteInstanceResult]:
    instance = _id(instance_id)
    check.truth(force, "force")
    return lambda admin: rows.deletion(admin.delete_instance(instance, force, _PATIENCE_MS))


def _selection(filter: InstanceFilter | None) -> tuple[Filter, int]:
    if filter is None:
        filter = InstanceFilter()
    if not isinstance(filter, InstanceFilter):
        raise check.wrong_type("filter", "an InstanceFilter", filter)
    made: Filter = {}
    if filter.instance_ids is not None:
        made["ids"] = list(filter.instance_ids)
    if filter.completed_before is not None:
        made["statuses"] = _ENDED
        made["updated_before"] = filter.completed_before
    return made, _DEFAULT_LIMIT if filter.limit is None else filter.limit


def delete_instances(filter: InstanceFilter | None) -> AdminOperation[DeleteInstanceResult]:
    selected, limit = _selection(filter)
    selected["statuses"] = _ENDED
    if limit == 0 or selected.get("ids") == []:
        return lambda admin: DeleteInstanceResult(0, 0, 0, 0)
    return lambda admin: rows.deletion(admin.delete_instances(selected, limit))


def _prune_options(options: PruneOptions | None) -> tuple[int, int | None]:
    if options is None:
        options = PruneOptions()
    if not isinstance(options, PruneOptions):
        raise check.wrong_type("options", "a PruneOptions", options)
    return 1 if options.keep_last is None else options.keep_last, options.completed_before


def prune_executions(instance_id: str, options: PruneOptions | None) -> AdminOperation[PruneResult]:
    instance = _id(instance_id)
    keep_last, ended_before = _prune_options(options)

    def prune(admin: Admin) -> PruneResult:
        gone = admin.prune_executions(instance, keep_last, ended_before)
        return PruneResult(1, gone["executions"], gone["events"])

    return prune


def prune_many(filter: InstanceFilter | None, options: PruneOptions | None) -> AdminOperation[PruneResult]:
    selected, limit = _selection(filter)
    keep_last, ended_before = _prune_options(options)

    def prune(admin: Admin) -> PruneResult:
        # One by one, because Admin.prune_many does not say how many instances it came across.
        processed = executions = events = 0
        for instance in [] if selected.get("ids") == [] else _ids(admin, selected, descending=False, most=limit):
            try:
                gone = admin.prune_executions(instance, keep_last, ended_before)
            except InstanceNotFoundError:  # deleted meanwhile
                continue
            processed += 1
            executions += gone["executions"]
            events += gone["events"]
        return PruneResult(processed, executions, events)

    return prune


# -- export, import, verification ----------------------------------------------------


def export_instances(file: Path, root_id: str | None) -> AdminOperation[Transfer]:
    path, root = _file(file), check.optional_text(root_id, "root_id")
    return lambda admin: Transfer(**admin.export_instances(path, root))


def import_instances(file: Path) -> AdminOperation[Transfer]:
    path = _file(file)
    return lambda admin: Transfer(**admin.import_instances(path))


def compare_instances(file: Path, limit: int) -> AdminOperation[list[Inconsistency]]:
    path = _file(file)
    check.whole(limit, "limit", 1)
    return lambda admin: rows.inconsistencies(admin.compare_instances(path, limit))


def verify(admin: Admin) -> Verification:
    return rows.verification(admin.verify())
