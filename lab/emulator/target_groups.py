"""Registers members of Auto Scaling groups with target groups when they come into service, and checks their health with requests.

A target is requested in its own network at its private address: as in EC2, a server that listens only on 127.0.0.1 does not respond.
Without sandboxes no requests are possible, and moto reports every target as healthy.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html: registered after the launch hook, deregistered
before the termination hook. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend
from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup, elbv2_backends

import probe
from clock import shortened
from fleet import Fleet
from groups import all_groups, find_group, member_memory, serving, suspended
from lock import LOCK

askers = ThreadPoolExecutor(8, thread_name_prefix="health-check")


@dataclass
class Verdict:
    """The health of one target according to the load balancer."""

    state: str = "initial"
    reason: str | None = "Elb.InitialHealthChecking"
    words: str | None = "Initial health checks in progress"
    failures: int = 0
    successes: int = 0
    due: float = 0

    def add(self, found: probe.Found, group: Any) -> None:
        self.failures, self.successes = (0, self.successes + 1) if found is None else (self.failures + 1, 0)
        needed = 1 if self.state == "initial" else int(group.healthy_threshold_count)
        if found is None and self.successes >= needed:
            self.state, self.reason, self.words = "healthy", None, None
        if found is not None and self.failures >= int(group.unhealthy_threshold_count):
            self.state, (self.reason, self.words) = "unhealthy", found


def register() -> None:
    """Registers and deregisters targets so that every target group has the members in service of its groups."""
    wanted: dict[str, set[str]] = {}
    for group in all_groups():
        serving_now = {state.instance.id for state in group.instance_states if state.lifecycle_state == "InService"}
        for one in target_groups_of(group):
            admitted = serving_now & set(one.targets) if suspended(group, "AddToLoadBalancer") else serving_now
            wanted.setdefault(one.arn, set()).update(admitted)
    for one in _all():
        _align(one, wanted.get(one.arn, set()))


def _align(target_group: Any, wanted: set[str]) -> None:
    ours = target_group.__dict__.setdefault("lab_members", set())
    here = set(target_group.targets)
    if gone := (ours & here) - wanted:
        target_group.deregister([{"Id": one} for one in gone])
    new = [one for one in wanted - here if target_group.ec2_backend.get_instance(one).state == "running"]
    target_group.register([{"Id": one, "Port": target_group.port} for one in new])
    ours.clear()
    ours.update(wanted)


def _all() -> list[Any]:
    backends = [backend for regions in list(elbv2_backends.values()) for backend in list(regions.values())]
    return [group for backend in backends for group in list(backend.target_groups.values())]


def target_groups_of(group: Any) -> list[Any]:
    known = elbv2_backends[group.account_id][group.region].target_groups
    return [known[arn] for arn in group.target_group_arns if arn in known]


def unhealthy_members(group: Any) -> list[str]:
    """Members after their grace period that a load balancer reports as unhealthy, if the group uses ELB health checks."""
    if "ELB" not in (group.health_check_type or "").split(","):
        return []
    grace = float(group.health_check_grace_period or 0)
    old = [one for one in serving(group) if 0 < member_memory(one).in_service_at < time.time() - grace]
    groups = target_groups_of(group)
    return [one.instance.id for one in old if any(_state(each, one.instance.id) == "unhealthy" for each in groups)]


def _state(target_group: Any, instance_id: str) -> str:
    judged = _verdicts(target_group).get(instance_id)
    return judged.state if judged and instance_id in target_group.targets else "initial"


def _verdicts(target_group: Any) -> dict[str, Verdict]:
    return target_group.__dict__.setdefault("lab_verdicts", {})


def ask(fleet: Fleet) -> None:
    """Checks all targets whose interval has passed. The lock is not held during the requests."""
    with LOCK:
        due = [one for group in _all() for one in _due(group, fleet)]
    found = list(askers.map(lambda one: probe.ask(*one[2:]), due))
    with LOCK:
        for (target_group, verdict, *_), answer in zip(due, found, strict=True):
            verdict.add(answer, target_group)


def _due(group: Any, fleet: Fleet) -> list[tuple[Any, Verdict, probe.Check, str, str]]:
    verdicts = _verdicts(group)
    for name in [one for one in verdicts if one not in group.targets]:
        del verdicts[name]
    if not group.load_balancer_arns or not group.health_check_enabled:
        return []
    found = []
    for name, target in group.targets.items():
        sandbox = fleet.sandboxes.get(name)
        verdict = verdicts.setdefault(name, Verdict())
        if sandbox and sandbox.process and verdict.due <= time.time():
            verdict.due = time.time() + shortened(float(group.health_check_interval_seconds))
            found.append((group, verdict, probe.check_of(group, target["Port"]), sandbox.network, sandbox.address))
    return found


def take_over() -> None:
    """Replaces moto's functions, which register instances before they are in service and deregister none."""
    plain_create = AutoScalingBackend.create_auto_scaling_group

    def create(backend: Any, *args: Any, **options: Any) -> Any:
        _check(backend, options.get("target_group_arns") or [])
        return plain_create(backend, *args, **options)

    def attach(backend: Any, group_name: str, target_group_arns: list[str]) -> None:
        group = find_group(backend, group_name)
        _check(backend, target_group_arns)
        group.append_target_groups(target_group_arns)
        register()

    def detach(backend: Any, group_name: str, target_group_arns: list[str]) -> None:
        group = find_group(backend, group_name)
        group.target_group_arns = [one for one in group.target_group_arns if one not in target_group_arns]
        register()

    AutoScalingBackend.create_auto_scaling_group = create
    AutoScalingBackend.update_attached_target_groups = lambda backend, group_name: register()
    AutoScalingBackend.attach_load_balancer_target_groups = attach
    AutoScalingBackend.detach_load_balancer_target_groups = detach


def _check(backend: Any, arns: list[str]) -> None:
    """Makes moto's check before the group is created instead of afterwards. The wording is the lab's own."""
    if any(arn not in backend.elbv2_backend.target_groups for arn in arns):
        raise ValidationError("One of the target groups is not there: expected ARNs of target groups of this account and region.")


def show() -> None:
    """Makes DescribeTargetHealth return the results of the checks."""
    plain_health = FakeTargetGroup.health_for

    def health_for(group: Any, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
        status = plain_health(group, target, ec2_backend)
        if status.status != "healthy":
            return status
        if not group.load_balancer_arns:
            words = "Target group is not configured to receive traffic from the load balancer"
            status.status, status.reason, status.description = "unused", "Target.NotInUse", words
        elif not group.health_check_enabled:
            status.status, status.reason = "unavailable", "Target.HealthCheckDisabled"
        else:
            judged = _verdicts(group).get(target["Id"], Verdict())
            status.status, status.reason, status.description = judged.state, judged.reason, judged.words
        return status

    FakeTargetGroup.health_for = health_for
