import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy to a server that delays every byte by half of the round-trip time in each direction. */
export async function startSlowLine(
  targetUrl: string,
  roundTripMs: number,
): Promise<{ readonly url: string; stop(): void }> {
  const target = new URL(targetUrl);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    delay(near, far, roundTripMs / 2);
    delay(far, near, roundTripMs / 2);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Timers of the same length fire in the order in which they were set, so the bytes stay in order. */
function delay(from: Socket, to: Socket, milliseconds: number): void {
  from.setNoDelay();
  from.on("data", (data) => setTimeout(() => to.write(data), milliseconds));
  from.on("end", () => setTimeout(() => to.end(), milliseconds));
}
