"""What an instance of a fleet's spot request is on EC2 and moto leaves out: it names its request and has its template's profile.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html: spotInstanceRequestId. Packer 1.6.6 tags the request by it. Not
modelled: the template's volumes and security groups, and spot capacity that is not there.
"""

from typing import Any

from moto.ec2.models.instances import Instance
from moto.ec2.models.spot_requests import SpotInstanceRequest

from instances import associate


def take_over() -> None:
    plain_launch = SpotInstanceRequest.launch_instance

    def launch_instance(request: Any) -> Any:
        instance = plain_launch(request)
        instance.lifecycle, instance.spot_instance_request_id = "spot", request.id
        # A fleet hands the template's whole member on, where moto expects an ARN
        given = request.launch_spec._iam_instance_profile_arn if request.launch_spec else None
        profile = given if isinstance(given, str) else (given or {}).get("Arn") or (given or {}).get("Name")
        associate(request.ec2_backend, instance, profile)
        return instance

    Instance.spot_instance_request_id = None
    SpotInstanceRequest.launch_instance = launch_instance
