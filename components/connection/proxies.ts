import { METADATA_HOSTS } from "../../aws/proxy";
import type { ValidationIssue } from "../validation/issues";

/** Proxies for a network without direct access. */
export interface Proxies {
  /** Proxy for `http://` URLs, such as `http://proxy.example.com:3128`, without a password. @default none */
  readonly httpProxy?: string;
  /** Proxy for `https://` URLs, which includes the Chef server and AWS. @default none */
  readonly httpsProxy?: string;
  /**
   * Hosts that are contacted directly: `chef.example.com`, `.example.com` for all hosts below it, or an address. The metadata services are
   * always contacted directly.
   *
   * @default none
   */
  readonly noProxy?: readonly string[];
}

const HOST = /^(\*|\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+)$/;

export function proxyIssues({ httpProxy, httpsProxy, noProxy }: Proxies): ValidationIssue[] {
  const wrong = Object.entries({ httpProxy, httpsProxy }).flatMap(([name, value]) => urlIssues(name, value));
  if (noProxy === undefined) return wrong;
  const [property, fix] = ["chef.noProxy", "write 'chef.example.com', or '.example.com' for all hosts below it"];
  const unknown = Array.isArray(noProxy) ? noProxy.filter((host) => !HOST.test(String(host))) : [noProxy];
  if (unknown.length > 0)
    wrong.push({ property, value: unknown, expected: "host names and addresses, not CIDR blocks", fix });
  if (httpProxy === undefined && httpsProxy === undefined) {
    wrong.push({
      property,
      value: noProxy,
      expected: "nothing without a proxy",
      fix: "give 'httpsProxy' too, or leave it out",
    });
  }
  return wrong;
}

function urlIssues(name: string, value: unknown): ValidationIssue[] {
  if (value === undefined || (typeof value === "string" && isProxyUrl(value))) return [];
  const expected = "a proxy URL without a password, which would be stored in the state";
  return [{ property: `chef.${name}`, value, expected, fix: "write it as http://proxy.example.com:3128" }];
}

function isProxyUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s'"]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password, pathname, search, hash } = new URL(text);
  return !username && !password && pathname === "/" && !search && !hash;
}

/**
 * The environment variables for a proxy; empty without one. Both cases, because curl reads only the lowercase `http_proxy`, and other
 * programs only the uppercase one.
 */
export function proxyEnvironment({ httpProxy, httpsProxy, noProxy = [] }: Proxies): Record<string, string> {
  if (!httpProxy && !httpsProxy) return {};
  return {
    ...(httpProxy && { HTTP_PROXY: httpProxy }),
    ...(httpsProxy && { HTTPS_PROXY: httpsProxy }),
    NO_PROXY: [...new Set([...noProxy, ...METADATA_HOSTS])].join(),
  };
}
