import { METADATA_HOSTS } from "../../aws/proxy";
import type { Mistake } from "../validation/mistakes";

/** The way out of a network that has no other. */
export interface Proxies {
  /** Proxy for `http://` URLs, as `http://proxy.example.com:3128`, without a password. @default none */
  readonly httpProxy?: string;
  /** Proxy for `https://` URLs, which a Chef server and AWS have. @default none */
  readonly httpsProxy?: string;
  /**
   * Hosts that are asked directly: `chef.example.com`, `.example.com` for all below it, or an address. The metadata services always are.
   * @default none
   */
  readonly noProxy?: readonly string[];
}

const HOST = /^(\*|\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+)$/;

export function proxyMistakes({ httpProxy, httpsProxy, noProxy }: Proxies): Mistake[] {
  const wrong = Object.entries({ httpProxy, httpsProxy }).flatMap(([name, value]) => urlMistakes(name, value));
  if (noProxy === undefined) return wrong;
  const [property, wayOut] = ["chef.noProxy", "write 'chef.example.com', or '.example.com' for all below it"];
  const unknown = Array.isArray(noProxy) ? noProxy.filter((host) => !HOST.test(String(host))) : [noProxy];
  if (unknown.length > 0)
    wrong.push({ property, value: unknown, expected: "host names and addresses, no blocks of them", wayOut });
  if (httpProxy === undefined && httpsProxy === undefined) {
    wrong.push({
      property,
      value: noProxy,
      expected: "nothing without a proxy",
      wayOut: "give 'httpsProxy' too, or leave it out",
    });
  }
  return wrong;
}

function urlMistakes(name: string, value: unknown): Mistake[] {
  if (value === undefined || (typeof value === "string" && isProxyUrl(value))) return [];
  const shown = typeof value === "string" ? value.replace(/\/\/.*@/s, "//(not shown)@") : value;
  const expected = "a proxy's URL without a password, which would stand in the state";
  return [{ property: `chef.${name}`, value: shown, expected, wayOut: "write it as http://proxy.example.com:3128" }];
}

function isProxyUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s'"]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password, pathname, search, hash } = new URL(text);
  return !username && !password && pathname === "/" && !search && !hash;
}

/**
 * The variables that programs read; empty where there is no proxy. Both cases, because curl reads `http_proxy` in small letters alone, and
 * others know only the capitals.
 */
export function proxyEnvironment({ httpProxy, httpsProxy, noProxy = [] }: Proxies): Record<string, string> {
  if (!httpProxy && !httpsProxy) return {};
  return {
    ...(httpProxy && { HTTP_PROXY: httpProxy }),
    ...(httpsProxy && { HTTPS_PROXY: httpsProxy }),
    NO_PROXY: [...new Set([...noProxy, ...METADATA_HOSTS])].join(),
  };
}
