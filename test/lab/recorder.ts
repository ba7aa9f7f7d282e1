/** A server that forwards every request to the emulator and records it, for the tests of this folder. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Recorder {
  readonly url: string;
  /** The requests since the last call, without ids and tokens, which differ between runs. */
  take(): string[];
  stop(): Promise<void>;
}

export async function startRecorder(behind: string): Promise<Recorder> {
  let seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    passOn(behind, incoming, outgoing, (text) => seen.push(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function passOn(
  behind: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  note: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    const body = Buffer.concat(chunks);
    note(
      previewEnvironment(
        `${incoming.headers["x-amz-target"] ?? ""} ${incoming.method} ${incoming.url} ${body.toString()}`,
      ),
    );
    const onward = request(`${behind}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    onward.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.end(body);
  });
}

function previewEnvironment(text: string): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{17}/g, "#");
}
