"""The gate and the meter, by a clock that stands still."""

from __future__ import annotations

import math

import pytest

from lunogram.outbox.relay.rate_limit import Meter, RateLimiter, backoff


def send(gate: RateLimiter, begin: float, seconds: float) -> list[float]:
    """Send whenever the gate lets us, looking each millisecond; return the moments."""
    moments = [begin + tick / 1000 for tick in range(int(seconds * 1000))]
    went = []
    for now in moments:
        if gate.pause(now) <= 0:
            gate.sent(now)
            went.append(now)
    return went


def test_a_rate_is_measured_over_ten_seconds() -> None:
    meter = Meter()
    assert meter.rate(5) == 0
    for second in range(20):
        meter.count(second + 0.5, 30)
    assert meter.rate(20) == pytest.approx(30, rel=0.1)
    assert meter.rate(29) == pytest.approx(3, rel=0.1)
    assert meter.rate(40) == 0


def test_a_short_burst_counts_for_what_it_was() -> None:
    meter = Meter()
    meter.count(7.0, 10)
    meter.count(7.2, 10)
    assert meter.rate(7.5) == pytest.approx(40)


@pytest.mark.parametrize("rate", [3, 50, 400])
def test_a_cap_holds_from_the_start(rate: float) -> None:
    moments = send(RateLimiter(rate), 100.0, 5)
    assert len(moments) == pytest.approx(5 * rate, abs=2, rel=0.02)
    for begin in range(100, 104):
        assert sum(begin <= now < begin + 1 for now in moments) <= rate * 1.02 + 2


def test_a_rate_below_one() -> None:
    assert len(send(RateLimiter(0.5), 100.0, 9)) == 5


def test_without_a_cap_nothing_is_held_back() -> None:
    assert len(send(RateLimiter(), 100.0, 1)) == 1000


def test_it_is_shut_for_as_long_as_the_server_asks() -> None:
    gate = RateLimiter()
    shut = gate.busy(100, 7)
    assert 7 <= shut < 8
    assert gate.pause(100) == shut
    assert gate.pause(107.9) <= 0


def test_nobody_is_waited_for_longer_than_an_hour() -> None:
    assert RateLimiter().busy(100, 1e9) < 3601


def test_the_rate_is_halved_and_climbs_until_nothing_is_held_back() -> None:
    gate = RateLimiter()
    for tick in range(1000):  # a hundred in a second
        gate.sent(100 + tick / 100)
    opens = 110 + gate.busy(110, 2)
    assert gate.limit(opens) == pytest.approx(50, rel=0.02)
    assert gate.limit(opens + 4) == pytest.approx(70, rel=0.02)
    assert gate.limit(opens + 19) == pytest.approx(145, rel=0.02)
    assert gate.limit(opens + 21) == math.inf


def test_it_is_halved_again_on_its_way_up_and_still_gets_there() -> None:
    gate = RateLimiter()
    for tick in range(1000):
        gate.sent(100 + tick / 100)
    opens = 110 + gate.busy(110, 2)
    send(gate, opens, 10)
    again = opens + 10 + gate.busy(opens + 10, 1)
    assert gate.limit(again) < 50
    assert gate.limit(again + 100) == math.inf


def test_those_on_their_way_do_not_halve_it_again() -> None:
    gate = RateLimiter()
    for tick in range(1000):
        gate.sent(100 + tick / 100)
    opens = 110 + gate.busy(110, 2)
    for _ in range(7):
        gate.busy(110.1, 2)
    assert gate.limit(opens + 1) == pytest.approx(50, rel=0.2)


def test_it_never_climbs_above_its_cap() -> None:
    gate = RateLimiter(100)
    send(gate, 100.0, 10)
    opens = 110 + gate.busy(110, 2)
    assert gate.limit(opens) == pytest.approx(50, rel=0.05)
    assert gate.limit(opens + 1000) == 100


def test_without_a_word_from_the_server_pauses_grow() -> None:
    gate, now, pauses = RateLimiter(), 100.0, []
    for _ in range(12):
        pauses.append(gate.busy(now, None))
        now += pauses[-1]
    assert 0.25 <= pauses[0] <= 0.5
    assert pauses[2] > pauses[0]
    assert all(15 <= pause <= 30 for pause in pauses[-3:])
    gate.succeeded(now)
    assert gate.busy(now, None) <= 0.5


def test_after_a_stop_one_request_at_a_time_tries() -> None:
    gate = RateLimiter()
    opens = 100 + gate.stop(100)
    assert gate.pause(opens - 0.1) > 0
    assert gate.pause(opens) <= 0
    assert gate.pause(opens, in_flight=1) == math.inf
    gate.succeeded(opens - 0.1)  # sent before anybody knew
    assert gate.pause(opens, in_flight=1) == math.inf
    gate.succeeded(opens)
    assert gate.pause(opens, in_flight=1) <= 0


def test_pauses_have_jitter_and_an_end() -> None:
    assert len({backoff(3) for _ in range(20)}) > 1
    assert all(15 <= backoff(failing) <= 30 for failing in range(7, 5000, 97))
