"""Long work goes in steps: it can be watched, stopped, gone on with, and outlives its process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kehu.core import roles, work
from kehu.core.errors import Refused
from kehu.core.models import Batch, User, Work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def steps() -> Iterator[None]:
    declared = dict(work._steps)
    yield
    work._steps.clear()
    work._steps.update(declared)


@pytest.fixture
def rep() -> User:
    return User.objects.create_user("rep", name="Rep", role=roles.SALES_REP)


@pytest.fixture
def other() -> User:
    return User.objects.create_user("other", name="Other", role=roles.ADMINISTRATOR)


def count_to(total: int):
    def count(running: Work) -> bool:
        running.done += 1
        running.cursor = {"at": running.done}
        return running.done < total

    return count


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(user: User, address: str) -> int:
    answer = signed_in(user).get(address)
    answer.close()
    return answer.status_code


def test_work_is_repeated_until_its_step_says_that_nothing_is_left(steps, rep):
    work.step("count")(count_to(3))
    queued = work.start("count", label="Counting", by=rep, total=3)
    work.run(pk=queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.done, queued.cursor) == ("done", 3, {"at": 3})


def test_a_step_that_fails_leaves_nothing_of_itself_and_work_goes_on_from_there(steps, rep):
    broken = [True]

    @work.step("count")
    def count(running: Work) -> bool:
        running.done += 1
        if running.done == 2:
            User.objects.filter(pk=rep.pk).update(name="half written")
            if broken:
                raise OSError("disk full")
        return running.done < 3

    queued = work.start("count", label="Counting", by=rep, total=3, verb="edit")
    work.run(pk=queued.pk)
    queued.refresh_from_db()
    rep.refresh_from_db()
    assert (queued.state, queued.done, rep.name) == ("failed", 1, "Rep")
    assert "disk full" in queued.problem
    assert queued.batch.state == Batch.State.STOPPED

    broken.clear()
    work.go_on(work=queued, by=rep)
    work.run(pk=queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.done, queued.problem) == ("done", 3, "")
    assert Batch.objects.get(pk=queued.batch_id).state == Batch.State.DONE


def test_work_stops_after_the_step_it_is_in(steps, rep):
    @work.step("count")
    def count(running: Work) -> bool:
        running.done += 1
        if running.done == 2:
            work.stop(work=running, by=rep)
        return True

    queued = work.start("count", label="Counting", by=rep)
    work.run(pk=queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.done) == ("stopped", 2)
    with pytest.raises(Refused):
        work.stop(work=queued, by=rep)


def test_work_of_a_dead_process_is_taken_over_and_of_a_living_one_is_not(steps, rep):
    work.step("count")(count_to(1))
    queued = work.start("count", label="Counting", by=rep, total=1)
    Work.objects.filter(pk=queued.pk).update(state="running", beat_at=timezone.now())
    work.run(pk=queued.pk)
    queued.refresh_from_db()
    assert queued.done == 0
    Work.objects.filter(pk=queued.pk).update(beat_at=timezone.now() - timedelta(minutes=1))
    work.run(pk=queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.done) == ("done", 1)


def test_a_persons_work_and_its_file_are_nobody_elses(steps, rep, other):
    @work.step("write", writes=False)
    def write(running: Work) -> bool:
        place = work.path_of(running, ".txt")
        place.write_text("secret")
        running.file, running.file_name = str(place), "a.txt"
        return False

    queued = work.start("write", label="Secret list", by=rep)
    work.run(pk=queued.pk)
    for name in ("work", "work-file"):
        address = reverse(name, args=[queued.pk])
        assert seen(rep, address) == 200
        assert signed_in(other).get(address).status_code == 404
    for name in ("work-stop", "work-go-on"):
        assert signed_in(other).post(reverse(name, args=[queued.pk])).status_code == 404
    assert "Secret list" not in signed_in(other).get(reverse("works")).content.decode()
    answer = signed_in(rep).get(reverse("work-file", args=[queued.pk]))
    assert b"".join(answer.streaming_content) == b"secret"
    assert answer["Content-Disposition"] == 'attachment; filename="a.txt"'
    answer.close()


def test_old_work_is_forgotten_with_its_file(steps, rep):
    queued = work.start("write", label="Old", by=rep)
    place = work.path_of(queued, ".txt")
    place.write_text("old")
    long_ago = timezone.now() - timedelta(days=20)
    Work.objects.filter(pk=queued.pk).update(state="done", file=str(place), finished_at=long_ago)
    work.forget_old_work()
    assert not place.exists()
    assert not Work.objects.filter(pk=queued.pk).exists()


def test_what_nobody_expected_ends_as_a_line_without_the_values_of_rows(steps, rep, caplog):
    caplog.set_level(
        logging.CRITICAL, "kehu.work"
    )  # half a character in a log stops the report of a test process

    @work.step("odd")
    def fail(running: Work) -> bool:
        raise ValueError("broken \x00 \ud800\nDETAIL: Key (email)=(secret@example.com) exists")

    started = work.start("odd", label="Odd", by=rep)
    work.run(pk=started.pk)
    started.refresh_from_db()
    assert started.state == Work.State.FAILED
    assert "broken" in started.problem and "secret" not in started.problem
