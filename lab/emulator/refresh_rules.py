"""Requests for an instance refresh or a rollback that AWS refuses.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html#instance-refresh-rollback-considerations
https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
The rules have these sources; AWS's own wording could not be found.
"""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError

from mixed_policies import specifications

WIDEST_RANGE = 100


def is_set(preferences: dict[str, Any], name: str) -> bool:
    return preferences.get(name) in (True, "true")


def check(group: Any, preferences: dict[str, Any], desired: dict[str, Any] | None) -> None:
    for refused, why in (
        *_shares(preferences),
        *_checkpoints(preferences),
        (
            is_set(preferences, "SkipMatching") and not desired and not group.ec2_launch_template,
            "SkipMatching cannot be used with a launch configuration.",
        ),
        (
            is_set(preferences, "AutoRollback") and not desired,
            "The AutoRollback parameter needs a DesiredConfiguration to roll back from.",
        ),
        (
            is_set(preferences, "AutoRollback") and not _numbered(group),
            "AutoRollback needs a group whose launch template has a specific numbered version.",
        ),
    ):
        if refused:
            raise ValidationError(why)


def check_rollback(group: Any, desired: dict[str, Any] | None) -> None:
    if not desired or not _numbered(group):
        raise AutoscalingClientError(
            "IrreversibleInstanceRefresh",
            "The instance refresh has no desired configuration, or the group no numbered version, to roll back to.",
        )


def _shares(preferences: dict[str, Any]) -> list[tuple[bool, str]]:
    least, most = (preferences.get(f"{name}HealthyPercentage") for name in ("Min", "Max"))
    if most is None:
        return []
    return [
        (least is None, "MaxHealthyPercentage needs MinHealthyPercentage beside it."),
        (not 100 <= int(most) <= 200, "MaxHealthyPercentage is 100 to 200."),
        (
            least is not None and int(most) - int(least) > WIDEST_RANGE,
            "The difference between MinHealthyPercentage and MaxHealthyPercentage cannot be greater than 100.",
        ),
    ]


def _checkpoints(preferences: dict[str, Any]) -> list[tuple[bool, str]]:
    points = [int(one) for one in preferences.get("CheckpointPercentages") or []]
    return [
        (points != sorted(set(points)), "CheckpointPercentages are unique and in ascending order."),
        (
            preferences.get("CheckpointDelay") is not None and not points,
            "CheckpointDelay needs CheckpointPercentages beside it.",
        ),
    ]


def _numbered(group: Any) -> bool:
    """Whether the group's saved templates have version numbers. A rollback to `$Latest` or `$Default` is not possible."""
    others = [str(one.get("Version") or "$Default") for one in specifications(group.mixed_instances_policy)]
    versions = [str(group.launch_template_version), *others]
    return group.ec2_launch_template is not None and all(version.isdigit() for version in versions)
