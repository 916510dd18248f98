"""After three failures in a row the endpoint is left alone for five minutes."""

from poise.integrations.breaker import Breaker


def test_three_failures_in_a_row_make_a_rest_of_five_minutes() -> None:
    breaker = Breaker().failed(10.0).failed(20.0)
    assert breaker.may_ask(20.0)
    resting = breaker.failed(30.0)
    assert not resting.may_ask(30.0)
    assert not resting.may_ask(329.9)
    assert resting.may_ask(330.0)


def test_after_a_rest_one_failure_is_enough_and_one_success_forgives_all() -> None:
    rested = Breaker().failed(0.0).failed(0.0).failed(0.0)
    assert not rested.failed(300.0).may_ask(599.0)
    assert rested.worked() == Breaker()
    assert rested.worked().failed(301.0).failed(302.0).may_ask(302.0)
