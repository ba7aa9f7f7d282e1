import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { HttpsProxyAgent } from "hpagent";
import { getProxyForUrl } from "proxy-from-env";

/** Metadata services of a machine; a proxy would return the metadata of its own machine. */
export const METADATA_HOSTS = [
  "169.254.169.254",
  "fd00:ec2::254",
  "[fd00:ec2::254]",
  "169.254.170.2",
  "localhost",
  "127.0.0.1",
] as const;

const METADATA = /^(169\.254\.|\[?fd00:ec2:)/;

/**
 * The proxy for a URL according to HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment (also in lowercase); undefined if it is
 * requested directly, as the metadata services always are.
 */
export function proxyFor(url: URL): URL | undefined {
  const proxy = METADATA.test(url.hostname) ? "" : getProxyForUrl(url.href);
  if (proxy === "") return undefined;
  if (!URL.canParse(proxy))
    throw new Error("the proxy in HTTPS_PROXY or HTTP_PROXY is not a URL: write it as http://HOST:PORT");
  return new URL(proxy);
}

/** Whether the environment sets a proxy at all. */
export function hasProxy(): boolean {
  const names = ["https_proxy", "http_proxy", "all_proxy"];
  return names.some((name) => process.env[name] || process.env[name.toUpperCase()]);
}

interface Sockets {
  readonly keepAlive: boolean;
  readonly maxSockets?: number;
  readonly maxFreeSockets?: number;
  /** The only CA certificates to trust, PEM. */
  readonly ca?: string;
  readonly rejectUnauthorized?: boolean;
}

type OnSocket = (error: Error | null, socket?: Socket) => void;
/** Members of Node's agents that their types lack. */
interface Connecting {
  createConnection(options: object, onSocket: OnSocket): Socket | undefined;
}

/**
 * Keep-alive connections through one proxy. If the proxy refuses, the error names the proxy and not the server.
 *
 * @param openingMs time that the proxy may take to open the tunnel
 */
export function tunnelAgent(proxy: URL, openingMs: number, sockets: Sockets): HttpsAgent {
  const agent = new HttpsProxyAgent({ ...sockets, proxy });
  const { createConnection } = agent as unknown as Connecting;
  (agent as unknown as Connecting).createConnection = (options, onSocket) =>
    createConnection.call(agent, { ...options, timeout: openingMs }, (error, socket) => {
      // The time limit for opening the tunnel does not apply to the response
      socket?.setTimeout(0);
      onSocket(error && refusal(error, proxy), socket);
    });
  return agent;
}

/** Connections that each use the proxy of the environment for their host; for clients that contact several hosts. */
export function environmentAgent(openingMs: number, sockets: Sockets): HttpsAgent {
  const agent = new HttpsAgent(sockets);
  const direct = (agent as unknown as Connecting).createConnection;
  const tunnels = new Map<string, HttpsAgent>();
  (agent as unknown as Connecting).createConnection = (options, onSocket) => {
    const { host, port } = options as { readonly host: string; readonly port: number };
    const proxy = proxyFor(new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`));
    if (!proxy) return direct.call(agent, options, onSocket);
    const tunnel = tunnels.get(proxy.href) ?? tunnelAgent(proxy, openingMs, sockets);
    tunnels.set(proxy.href, tunnel);
    return (tunnel as unknown as Connecting).createConnection(options, onSocket);
  };
  return agent;
}

function refusal(error: Error, proxy: URL): Error {
  const status = /^Bad response: (\d+)/.exec(error.message)?.[1];
  const said = status ? `answered ${status}` : error.message;
  const hint = status === "407" ? "; it requires a password, which belongs only in HTTPS_PROXY of this machine" : "";
  const code = "code" in error ? error.code : "EPROXY";
  return Object.assign(new Error(`the proxy ${proxy.protocol}//${proxy.host} ${said}${hint}`), { code });
}
