"""The course of a case: rows, duration, the effect outside, rows, the answer.

Made after the platform's source at commit 3d2ff03 of 19 January 2026.
"""

from dev.sandbox.faults import Fault, Kind
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, Route
from dev.sandbox.platform.endpoints import cases_of
from dev.sandbox.platform.reply import Reply


async def run_case(route: Route, call: Call, name: str, *, forced: bool) -> Reply:
    """Carry out a case; unless the case was requested by name, the outside may turn it into another case."""
    cases = cases_of(route)
    case = _take(cases, call, name)
    for step in case.before:
        await step(call)
    if route.method == "GET" or case.before or case.acts is not False:
        await call.work()
    pretends = bool(case.acts and call.fault and call.fault.kind is Kind.NOTHING_DONE)
    if route.act and _acts(case, call.fault) and not pretends:
        met = await route.act(call)
        if met and not forced:
            case = _take(cases, call, met)
    if not pretends or route.unseen:
        for step in case.after:
            await step(call)
    return Reply(case.status, await case.body(call), case.content_type)


def _take(cases: dict[str, Case], call: Call, name: str) -> Case:
    call.notes["case"] = name
    return cases[name]


def _acts(case: Case, fault: Fault | None) -> bool:
    fault_acts = fault.acts if fault else None
    return bool(fault_acts if case.acts is None else case.acts)
