import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { proxyFor, tunnelAgent } from "../aws/proxy";
import { type Answer, readOn, readWhole } from "./answer";
import { createLane, type Lane } from "./large-answers";

/** One HTTP request, signed already. */
export interface Exchange {
  readonly method: string;
  /** Path with the query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Takes a success as it comes, instead of the answer's text; the time-out then counts between two parts, thirty times at most. */
  readonly onText?: (text: string) => void;
}

/** Connections to one server, kept alive. */
export interface Transport {
  /** @throws the error of node:http, or one with the code ETIMEDOUT */
  send(exchange: Exchange): Promise<Answer>;
  /** Closes the idle connections. */
  close(): void;
}

export interface TransportOptions {
  readonly url: URL;
  /** The only certificates to trust, PEM. @default the ones Node trusts */
  readonly caPem?: string;
  readonly timeoutMs: number;
  readonly maxSockets: number;
}

/** Time-outs that an answer may take which is handed on in parts: a list of 100,000 names takes seconds, one that drips has no end. */
const LONGEST_ANSWER = 30;
/** Keep-alive connections with a bound on their number. node:http, because it measured a quarter faster than fetch here. */
export function createTransport(options: TransportOptions): Transport {
  const kept = { keepAlive: true, maxSockets: options.maxSockets, maxFreeSockets: options.maxSockets };
  const secure = options.url.protocol === "https:";
  // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
  const proxy = proxyFor(options.url);
  const trusted = { ...kept, ca: options.caPem, rejectUnauthorized: true };
  const agent = secure
    ? proxy
      ? tunnelAgent(proxy, options.timeoutMs, trusted)
      : new HttpsAgent(trusted)
    : new HttpAgent(kept);
  const open = (exchange: Exchange): ClientRequest => {
    const target = {
      hostname: options.url.hostname.replace(/^\[|\]$/g, ""),
      port: options.url.port,
      path: exchange.path,
      method: exchange.method,
      headers: exchange.headers,
      agent,
    };
    if (secure) return httpsRequest(target);
    return httpRequest(proxy ? forwarded(target, options.url, proxy) : target);
  };
  const sending = { open, timeoutMs: options.timeoutMs, lane: createLane() };
  return {
    send: (exchange) => sendOnce(sending, exchange, true),
    close: () => agent.destroy(),
  };
}

type Target = RequestOptions & { readonly path: string; readonly headers: Record<string, string> };

/** A request without encryption is not tunnelled: the proxy is sent the whole URL. */
function forwarded(target: Target, url: URL, proxy: URL): RequestOptions {
  const { hostname, port, username, password } = proxy;
  const user = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  const headers = { ...target.headers, Host: url.host, ...(username && { "Proxy-Authorization": `Basic ${user}` }) };
  return { ...target, hostname: hostname.replace(/^\[|\]$/g, ""), port, path: url.origin + target.path, headers };
}

type Open = (exchange: Exchange) => ClientRequest;

interface Sending {
  readonly open: Open;
  readonly timeoutMs: number;
  /** Of large answers, of which one at a time is held. */
  readonly lane: Lane;
}

/** Sends; where the server had closed the kept connection meanwhile, sends again on a new one, as Node's manual advises. */
async function sendOnce(sending: Sending, exchange: Exchange, again: boolean): Promise<Answer> {
  const request = sending.open(exchange);
  let answered = false;
  request.once("response", () => {
    answered = true;
  });
  try {
    return await answerOf(request, exchange, sending);
  } catch (error) {
    const repeatable = (exchange.method === "GET" || exchange.method === "DELETE") && !(answered && exchange.onText);
    if (again && repeatable && request.reusedSocket && codeOf(error) === "ECONNRESET") {
      return sendOnce(sending, exchange, false);
    }
    throw error;
  }
}

function answerOf(request: ClientRequest, exchange: Exchange, { timeoutMs, lane }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Counted from the moment a socket is given: time spent waiting for a free one is not the server's fault.
    let timer: NodeJS.Timeout | undefined;
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    request.once("socket", () => {
      timer = setTimeout(() => {
        reject(timedOut(timeoutMs));
        request.destroy();
      }, timeoutMs);
    });
    request.once("error", (error) => settle(() => reject(error)));
    request.once("response", (response) => {
      const onText = response.statusCode === 200 ? exchange.onText : undefined;
      const deadline = Date.now() + timeoutMs * LONGEST_ANSWER;
      const alive = () => Date.now() < deadline && timer?.refresh();
      const reading = onText ? readOn(response, onText, alive) : readWhole(response, lane);
      reading.then(
        (answer) => settle(() => resolve(answer)),
        (error) => settle(() => reject(error)),
      );
    });
    request.end(exchange.body);
  });
}

function timedOut(timeoutMs: number): Error {
  return Object.assign(new Error(`no whole answer within ${timeoutMs} ms`), { code: "ETIMEDOUT" });
}

/** The code that Node gives an error of the network, such as ECONNREFUSED. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
