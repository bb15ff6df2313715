"""The cases of the programme, and their selection."""

from collections import Counter

from dev.chaos.cases.misbehaviours import MISBEHAVIOURS
from dev.chaos.cases.mixtures import Mixture
from dev.chaos.judge import ANY_TRUE_END, COMPLETED
from dev.chaos.programme import programme
from registration.workflow.sub_steps import SubStepName


def names(*wanted: str, seed: int = 1) -> list[str]:
    """The names of a programme's cases."""
    return [case for trial in programme(seed, wanted) for case in trial.cases]


def test_no_case_is_there_twice() -> None:
    """Each case has a unique name."""
    assert [case for case, times in Counter(names()).items() if times > 1] == []


def test_every_sub_step_is_killed_at_five_points() -> None:
    """Sixty cases."""
    points = {case.split("/")[2] for case in names("kill")}
    assert points == {"before-intent", "after-intent", "after-sent", "after-effect", "before-stored"}
    assert set(names("kill")) == {f"kill/{name}/{point}" for point in points for name in SubStepName}


def test_every_sub_step_meets_every_misbehaviour() -> None:
    """All combinations are in the programme."""
    assert set(names("answer")) == {
        f"answer/{misbehaviour}/{name}" for misbehaviour in MISBEHAVIOURS for name in SubStepName
    }


def test_every_script_with_a_password_argument_fails_once() -> None:
    """The errors of these scripts quote the command line."""
    scripts = {"createOnboardingUser", "restaurantRegistration", "websiteConfig", "servicesConfig", "paymentConfig"}
    assert set(names("built/password")) == {f"built/password/{name}" for name in {*scripts, "menuImport"}}


def test_cases_are_chosen_by_the_beginnings_of_their_names() -> None:
    """Several prefixes are possible; an unknown prefix selects nothing."""
    assert names("kill/menuImport/after", "outage/both") == [
        "kill/menuImport/after-intent",
        "kill/menuImport/after-sent",
        "kill/menuImport/after-effect",
        "outage/both-2s",
        "outage/both-90s",
    ]
    assert names("nothing") == []


def test_what_needs_packages_of_the_system_must_be_named() -> None:
    """The whole programme runs on a machine without Redis and HAProxy."""
    cases = ["scale/worker-killed", "scale/api-server-killed", "scale/services-killed", "scale/redis-10s"]
    assert names("scale") == cases
    assert set(names()).isdisjoint(cases)


def test_a_mixture_is_chosen_by_its_seed_and_number() -> None:
    """Also a mixture of another seed than the programme's."""
    assert names("mixture", seed=5) == ["mixture/5/1", "mixture/5/2", "mixture/5/3"]
    assert names("mixture/8/31", seed=5) == ["mixture/8/31"]


def test_a_seed_always_gives_the_same_mixture() -> None:
    """Another number gives another mixture."""
    assert Mixture.of(3, 1) == Mixture.of(3, 1)
    assert Mixture.of(3, 1) != Mixture.of(3, 2)


def test_restaurants_share_e_mails_within_a_batch_and_across_batches() -> None:
    """In every mixture; some restaurants share with none."""
    alone = 0
    for number in range(100):
        mixture = Mixture.of(1, number)
        assert len(mixture.emails) == len(mixture.restaurants)
        first, second = mixture.emails[: -mixture.second], mixture.emails[-mixture.second :]
        assert len(set(first)) < len(first)
        assert set(first) & set(second)
        alone += any(mixture.emails.count(email) == 1 for email in mixture.emails)
    assert alone > 0


def test_what_one_meets_may_be_met_by_all_who_share_its_account() -> None:
    """Restaurants that share an e-mail with one that must fail may end in any correct state; others may not."""
    for number in range(100):
        mixture = Mixture.of(1, number)
        failing = [any(meeting.name in meeting.misbehaviour.fails for meeting in each) for each in mixture.restaurants]
        for email, expected in zip(mixture.emails, mixture.expected, strict=True):
            shares = [fails for other, fails in zip(mixture.emails, failing, strict=True) if other == email]
            assert expected is (ANY_TRUE_END if any(shares) else COMPLETED)


def test_every_strike_and_misbehaviour_comes_up() -> None:
    """In a few hundred mixtures."""
    mixtures = [Mixture.of(1, number) for number in range(300)]
    met = {meeting.misbehaviour.name for each in mixtures for restaurant in each.restaurants for meeting in restaurant}
    assert met == set(MISBEHAVIOURS)
    assert len({strike for each in mixtures for _, strike in each.strikes}) == 8
