import type { ReapTarget } from "pulumi-chef-autoscaling/reaper";
import { createHandler } from "pulumi-chef-autoscaling/reaper";

const { WEBHOOK_URL = "" } = process.env;

/** A message may be delivered more than once, so the receiver has to accept the same instance twice. */
const webhook: ReapTarget = {
  name: "webhook",
  async remove(instance, signal) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(WEBHOOK_URL, { method: "POST", headers, body: JSON.stringify(instance), signal });
    if (response.status === 404) return "absent";
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return "removed";
  },
};

export const handler = createHandler({ targets: [webhook] });
