"""The CPU time that each sandbox's processes really used, as CloudWatch's metric AWS/EC2 CPUUtilization.

The unit is percent of all the host's cores, because an instance may use all of them. Processes are assigned by their process
namespace. The time of processes that ended in between is counted for their parent, so none is lost.
"""

import os
import time
from contextlib import suppress
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from fleet import Fleet
from groups import all_groups
from purchase import weight_of

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


def ticks_by_namespace() -> dict[str, int]:
    """CPU ticks of all processes and their ended children, by process namespace."""
    sums: dict[str, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):  # it ended in the meantime
                namespace = os.readlink(f"/proc/{entry.name}/ns/pid")
                sums[namespace] = sums.get(namespace, 0) + _ticks(entry.name)
    return sums


def _ticks(pid: str) -> int:
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime


class CpuMeter:
    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.last: dict[str, int] = {}
        self.at = time.monotonic()

    def measure(self) -> dict[str, float]:
        """Percent since the last call, by instance id. Instances that are seen for the first time are left out."""
        sums, at, found = ticks_by_namespace(), time.monotonic(), {}
        available = max(1e-3, at - self.at) * TICKS_PER_SECOND * CORES
        ticks = {name: sums.get(namespace, 0) for name, namespace in self._namespaces().items()}
        for name, count in ticks.items():
            if name in self.last:
                found[name] = min(100.0, 100 * max(0, count - self.last[name]) / available)
        self.last, self.at = ticks, at
        return found

    def _namespaces(self) -> dict[str, str]:
        found = {}
        for name, sandbox in list(self.fleet.sandboxes.items()):
            with suppress(OSError, AttributeError):  # stopped or ending at this moment
                found[name] = os.readlink(f"/proc/{sandbox.init}/ns/pid")
        return found


def _datum(name: str, value: float, dimension: str, of: str, unit: str) -> dict[str, Any]:
    return {"MetricName": name, "Value": value, "Unit": unit, "Dimensions": [{"Name": dimension, "Value": of}]}


def publish_cpu(meter: CpuMeter) -> None:
    """Publishes a datapoint for every instance and another for the dimension of its group, as EC2 does."""
    for name, percent in meter.measure().items():
        instance = meter.fleet.instances.get(name)
        if instance is None:  # terminated at this moment
            continue
        data = [_datum("CPUUtilization", percent, "InstanceId", name, "Percent")]
        group = getattr(instance, "autoscaling_group", None)
        if group is not None and any(state.instance is instance for state in group.instance_states):
            data.append(_datum("CPUUtilization", percent, "AutoScalingGroupName", group.name, "Percent"))
        cloudwatch_backends[instance.owner_id][instance.region_name].put_metric_data("AWS/EC2", data)


def publish_sizes() -> None:
    """Publishes the group metrics of AWS/AutoScaling for groups that enabled them."""
    for group in all_groups():
        serving = [state for state in group.instance_states if state.lifecycle_state == "InService"]
        pending = sum(state.lifecycle_state.startswith("Pending") for state in group.instance_states)
        values = {
            "GroupMinSize": group.min_size,
            "GroupMaxSize": group.max_size,
            "GroupDesiredCapacity": group.desired_capacity,
            "GroupInServiceInstances": len(serving),
            "GroupInServiceCapacity": sum(weight_of(state) for state in serving),
            "GroupPendingInstances": pending,
            "GroupTotalInstances": len(group.instance_states),
        }
        cloudwatch_backends[group.account_id][group.region].put_metric_data(
            "AWS/AutoScaling",
            [
                _datum(name, float(value), "AutoScalingGroupName", group.name, "None")
                for name, value in values.items()
                if name in group.metrics
            ],
        )
