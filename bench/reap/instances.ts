import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Stands in for EC2's DescribeInstances and nothing else: every instance is reported as terminated. An emulator takes longer for the
 * response than a Chef server takes for a removal, so the benchmark would measure the emulator.
 */
export async function startInstances(): Promise<{ readonly url: string; readonly calls: () => number; stop(): void }> {
  let calls = 0;
  const server = createServer((incoming, outgoing) => {
    calls++;
    let body = "";
    incoming.on("data", (chunk) => {
      body += chunk;
    });
    incoming.on("end", () => {
      const ids = [...new URLSearchParams(body)].filter(([name]) => name.startsWith("InstanceId."));
      outgoing.writeHead(200, { "Content-Type": "text/xml" }).end(answer(ids.map(([, id]) => id)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(ids: readonly string[]): string {
  const state = "<instanceState><code>48</code><name>terminated</name></instanceState>";
  const items = ids.map((id) => `<item><instanceId>${id}</instanceId>${state}</item>`).join("");
  const reservation = `<item><reservationId>r-1</reservationId><instancesSet>${items}</instancesSet></item>`;
  return `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>${reservation}</reservationSet></DescribeInstancesResponse>`;
}
