import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { HttpsProxyAgent } from "hpagent";
import { getProxyForUrl } from "proxy-from-env";

/** What answers for a machine about itself; a proxy would answer for its own machine. */
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
 * The proxy through which a URL is asked, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment say (small letters as well);
 * undefined where it is asked directly, as the metadata services always are.
 */
export function proxyFor(url: URL): URL | undefined {
  const proxy = METADATA.test(url.hostname) ? "" : getProxyForUrl(url.href);
  if (proxy === "") return undefined;
  if (!URL.canParse(proxy))
    throw new Error("the proxy in HTTPS_PROXY or HTTP_PROXY is no URL: write it as http://HOST:PORT");
  return new URL(proxy);
}

/** Whether the environment names a proxy at all. */
export function hasProxy(): boolean {
  const names = ["https_proxy", "http_proxy", "all_proxy"];
  return names.some((name) => process.env[name] || process.env[name.toUpperCase()]);
}

interface Sockets {
  readonly keepAlive: boolean;
  readonly maxSockets?: number;
  readonly maxFreeSockets?: number;
  /** The only certificates of servers to trust, PEM. */
  readonly ca?: string;
  readonly rejectUnauthorized?: boolean;
}

type OnSocket = (error: Error | null, socket?: Socket) => void;
/** What Node's agents have, and their types here leave out. */
interface Connecting {
  createConnection(options: object, onSocket: OnSocket): Socket | undefined;
}

/**
 * Kept connections through one proxy. What it refuses is told as the proxy's refusal, and not as the server's.
 *
 * @param openingMs that the proxy may take to open the way
 */
export function tunnelAgent(proxy: URL, openingMs: number, sockets: Sockets): HttpsAgent {
  const agent = new HttpsProxyAgent({ ...sockets, proxy });
  const { createConnection } = agent as unknown as Connecting;
  (agent as unknown as Connecting).createConnection = (options, onSocket) =>
    createConnection.call(agent, { ...options, timeout: openingMs }, (error, socket) => {
      // What the way there may take is no limit for the answer
      socket?.setTimeout(0);
      onSocket(error && refusal(error, proxy), socket);
    });
  return agent;
}

/** Connections of which each goes the way that the environment names for its host; for clients that ask several. */
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
  const hint = status === "407" ? "; it wants a password, which belongs into HTTPS_PROXY of this machine alone" : "";
  const code = "code" in error ? error.code : "EPROXY";
  return Object.assign(new Error(`the proxy ${proxy.protocol}//${proxy.host} ${said}${hint}`), { code });
}
