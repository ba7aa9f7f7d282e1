"""GetConsoleOutput returns an instance's console output, also for a while after its end. moto returns a sample.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
"""

import base64
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from stamps import now

KEPT_BYTES = 64 * 1024  # "up to 64 KB of console output"


def take_over(read: Callable[[str], bytes]) -> None:
    """@param read returns an instance's output so far, by its id"""

    def get_console_output(response: Any) -> ActionResult:
        instance = response.ec2_backend.get_instance(response._get_param("InstanceId"))
        written = base64.b64encode(read(instance.id)[-KEPT_BYTES:]).decode()
        return ActionResult({"InstanceId": instance.id, "Timestamp": now(), "Output": written})

    EC2Response.get_console_output = get_console_output
