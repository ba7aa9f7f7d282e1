import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

/** A proxy on loopback that records its requests. */
export interface SmallProxy {
  readonly url: string;
  /** `CONNECT host:port` for a tunnel, `GET http://…` for a forwarded request. */
  readonly asked: readonly string[];
  /** Status of the response to CONNECT; 0 never responds. @default 200 */
  answer: number;
  close(): Promise<void>;
}

export async function smallProxy(): Promise<SmallProxy> {
  const asked: string[] = [];
  const open = new Set<Duplex>();
  const proxy = { url: "", asked, answer: 200, close };
  const server = createServer(forward);
  server.on("connection", (socket) => open.add(socket));
  server.on("connect", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    asked.push(`CONNECT ${message.url}`);
    socket.on("error", () => undefined);
    if (proxy.answer === 200) tunnel(message.url ?? "", socket, head);
    else if (proxy.answer !== 0) socket.end(`HTTP/1.1 ${proxy.answer} No\r\nContent-Length: 0\r\n\r\n`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;

  function forward(message: IncomingMessage, response: ServerResponse): void {
    asked.push(`${message.method} ${message.url}`);
    const onward = request(message.url ?? "", { method: message.method, headers: message.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end());
    message.pipe(onward);
  }

  function tunnel(to: string, socket: Duplex, head: Buffer): void {
    const [host = "", port = ""] = to.split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    open.add(onward);
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  }

  async function close(): Promise<void> {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, "close");
  }
}
