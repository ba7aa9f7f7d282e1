import { isIPv4, isIPv6 } from "node:net";

/** Whether it is a CIDR block: an address and the length of its prefix. */
export function isCidr(block: string, family: "IPv4" | "IPv6"): boolean {
  const [address = "", length = "", ...rest] = block.split("/");
  const [isAddress, bits] = family === "IPv4" ? [isIPv4, 32] : [isIPv6, 128];
  return isAddress(address) && /^\d{1,3}$/.test(length) && Number(length) <= bits && rest.length === 0;
}

/** Half of the internet counts as everywhere; nobody has a network of more than 2^24 IPv4 addresses. */
export function isEverywhere(block: string): boolean {
  const [address, length] = block.split("/");
  return Number(length) < (address?.includes(":") ? 16 : 8);
}
