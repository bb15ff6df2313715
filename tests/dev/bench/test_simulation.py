"""The simulation of step 6 respects the bounds of graph and queues, and reaches them."""

from hypothesis import given
from hypothesis import strategies as st

from dev.bench.simulation import Load, Queues, Seconds, makespan, makespan_of, polled
from registration.workflow.sub_steps import SUB_STEPS, SubStepName, critical_path

ALL_ONE: Seconds = dict.fromkeys(SubStepName, 1.0)
OF_ONE_RESTAURANT = st.fixed_dictionaries({name: st.floats(0, 100) for name in SubStepName})


@given(OF_ONE_RESTAURANT)
def test_one_restaurant_alone_takes_the_critical_path(seconds: dict[SubStepName, float]) -> None:
    """Without queues only the graph counts."""
    assert makespan([seconds], Queues()) == critical_path(seconds)


def test_restaurants_without_queues_do_not_hold_up_each_other() -> None:
    """Fifty take as long as one."""
    assert makespan([ALL_ONE] * 50, Queues()) == critical_path(dict(ALL_ONE))


def test_accounts_are_created_one_after_the_other() -> None:
    """The last restaurant starts after all spacings before it; the rest is the critical path."""
    assert makespan([ALL_ONE] * 10, Queues(account_spacing=5)) == 9 * 5 + critical_path(dict(ALL_ONE))


def test_one_browser_slot_makes_a_queue_of_all_browser_work() -> None:
    """Nine browser-heavy requests per restaurant, one at a time, from the start: code generation needs no account."""
    browser_heavy = sum(row.browser for row in SUB_STEPS.values())
    assert makespan([ALL_ONE] * 3, Queues(browser_slots=1)) == 3 * browser_heavy


def test_as_many_slots_as_requests_are_no_queue() -> None:
    """A limit that is never reached changes nothing."""
    assert makespan([ALL_ONE] * 4, Queues(browser_slots=28)) == makespan([ALL_ONE] * 4, Queues())


def test_each_organisation_has_an_account_queue_of_its_own() -> None:
    """The second organisation does not wait for the accounts of the first; another batch of the first does."""
    own, same = [Load([ALL_ONE] * 10, 1), Load([ALL_ONE] * 10, 2)], [Load([ALL_ONE] * 10, 1), Load([ALL_ONE] * 10, 1)]
    assert makespan_of(own, Queues(account_spacing=5)) == 9 * 5 + critical_path(dict(ALL_ONE))
    assert makespan_of(same, Queues(account_spacing=5)) == 19 * 5 + critical_path(dict(ALL_ONE))


def test_a_later_start_counts_from_the_first_one() -> None:
    """Batches do not start at the same moment: their processes take turns on the machine."""
    loads = [Load([ALL_ONE], 1, start=100), Load([ALL_ONE], 2, start=107)]
    assert makespan_of(loads, Queues(account_spacing=5)) == 7 + critical_path(dict(ALL_ONE))


@given(st.lists(OF_ONE_RESTAURANT, min_size=1, max_size=5), st.integers(1, 4), st.floats(0, 20))
def test_it_is_never_quicker_than_its_bounds(
    restaurants: list[dict[SubStepName, float]], slots: int, spacing: float
) -> None:
    """The bounds are each restaurant's critical path, and the browser work divided by the slots."""
    browser_work = sum(restaurant[row.name] for restaurant in restaurants for row in SUB_STEPS.values() if row.browser)
    found = makespan(restaurants, Queues(spacing, slots))
    assert found >= max(map(critical_path, restaurants))
    assert found >= browser_work / slots * (1 - 1e-9)


def test_polled_work_is_seen_at_the_next_poll() -> None:
    """The first poll is immediate, the next ones follow at the interval."""
    assert [polled(seconds, 3.75) for seconds in (0, 1, 3.75, 4)] == [0, 3.75, 3.75, 7.5]


def test_without_polling_work_is_seen_when_it_ends() -> None:
    """An interval of 0 is continuous observation."""
    assert polled(1.5, 0) == 1.5
