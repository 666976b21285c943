"""Which use case runs when: APScheduler wiring and nothing else.

No job is stored and none stands for a single reminder: each is a short look at what is due, so that
a crash, a long sleep or a second scheduler does no harm (APScheduler 3.x must not share a job store
between processes, and drops a job that is a second late unless told otherwise).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from calendar_service.model.ports import Clock

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to look at again and again, `seconds` apart, first as soon as the scheduler starts."""

    name: str
    seconds: float
    run: Callable[[], object]


def build_scheduler(jobs: Sequence[Job], clock: Clock) -> BackgroundScheduler:
    """A scheduler, not started, that runs each job in a thread of its own and never one job twice at a time."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.interval import IntervalTrigger

    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max_workers=max(1, len(jobs)))},
        # Late is better than never (misfire), and many missed runs are one (coalesce).
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for job in jobs:
        trigger = IntervalTrigger(seconds=job.seconds, timezone=UTC)
        scheduler.add_job(_guard(job), trigger, id=job.name, name=job.name, next_run_time=clock.now())
    return scheduler


def _guard(job: Job) -> Callable[[], None]:
    """The job, with a failure logged: the next run is its second chance."""

    def run() -> None:
        try:
            job.run()
        except Exception:
            log.exception("the job %s failed; it runs again in %g seconds", job.name, job.seconds)

    return run
