import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy in front of the emulator that records the requests to EC2. */
export interface AwsWatch {
  readonly endpoint: string;
  /** The requests to EC2 since the last call, as `Action=DescribeImages&Owner.1=self…`. */
  take(): string[];
  close(): Promise<void>;
}

export async function watchAws(target: string): Promise<AwsWatch> {
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      if (/ec2/.test(incoming.headers.authorization ?? "")) seen.push(decodeURIComponent(body.toString("latin1")));
      const { method, headers, url = "/" } = incoming;
      const passed = request(new URL(url, target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on("error", (error) => outgoing.destroy(error));
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    take: () => seen.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
