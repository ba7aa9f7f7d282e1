"""Launches that fail on demand. An SSM parameter says for which group, how, and how often.

    /lab/launch-failures/<group>   no-capacity[*times]   EC2 has no capacity for the type: no instance, a failed activity
                                   key[*times]           EC2 cannot use the volume's key: the instance ends when it starts
                                   interrupted[*times]   EC2 interrupts the Spot Instance while it boots

Without `*times`, every launch fails until the parameter is deleted or changed.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html (no example of an interruption during a launch was found)
"""

from typing import Any

from moto.ssm.models import ssm_backends

PREFIX = "/lab/launch-failures/"
RETRY_SECONDS = 1.0  # AWS retries after minutes

NO_CAPACITY = (
    "We currently do not have sufficient {type} capacity in the Availability Zone you requested ({zone}). Our system will be "
    "working on provisioning additional capacity. You can currently get {type} capacity by not specifying an Availability "
    "Zone in your request. Launching EC2 instance failed."
)
ENDED = "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: "
ENDS = {
    "key": f"{ENDED}Client.InternalError: Client error on launch",
    "interrupted": f"{ENDED}Server.SpotInstanceTermination: Spot instance termination",
}


class LaunchFailed(Exception):
    """EC2 launches no instance. The message is that of the activity."""


def refuse(group: Any) -> None:
    """Raises LaunchFailed if there is no capacity for the next launch of this group."""
    if _take(group, "no-capacity"):
        raise LaunchFailed(NO_CAPACITY.format(type=group.instance_type, zone=group.availability_zones[0]))


def end_at_start(group: Any) -> str | None:
    """Why EC2 ends the next instance before it is in service; None if it does not."""
    return next((why for kind, why in ENDS.items() if _take(group, kind)), None)


def _take(group: Any, kind: str) -> bool:
    """Whether a failure of this kind is requested. Counts it if so."""
    backend = ssm_backends[group.account_id][group.region]
    name = f"{PREFIX}{group.name}"
    found = backend.get_parameters([name]).get(name)
    wanted, _, times = (found.value if found else "").partition("*")
    if wanted != kind or times == "0":
        return False
    if times:
        found.value = f"{wanted}*{int(times) - 1}"
    return True
