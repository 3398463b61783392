/**
 * Tells addresses of the public internet from all others.
 *
 * The second wall: a host that the operator allows may still resolve to this machine, to its network
 * or to the metadata service of its cloud, on purpose or by mistake.
 *
 * @module
 */

import { BlockList, isIP } from "node:net";

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and what is no single machine's. */
const IPV4_NOT_PUBLIC = networks("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Azure's metadata service has an address that looks public.
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);

/** All that is given out so far: loopback, local, multicast, mapped and NAT64 addresses are outside. */
const IPV6_GIVEN_OUT = networks("ipv6", [["2000::", 3]]);

/** https://www.iana.org/assignments/iana-ipv6-special-registry, as far as it lies inside. */
const IPV6_NOT_PUBLIC = networks("ipv6", [
  // Teredo and benchmarks among others.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4 hides an IPv4 address.
  ["2002::", 16],
  ["3fff::", 20],
]);

/** Whether this is one machine's address on the public internet; text that is no address is not. */
export function isPublicAddress(text: string): boolean {
  switch (isIP(text)) {
    case 4:
      return !IPV4_NOT_PUBLIC.check(text, "ipv4");
    case 6:
      return IPV6_GIVEN_OUT.check(text, "ipv6") && !IPV6_NOT_PUBLIC.check(text, "ipv6");
    default:
      return false;
  }
}

function networks(
  family: "ipv4" | "ipv6",
  subnets: readonly (readonly [network: string, prefixBits: number])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefixBits] of subnets) list.addSubnet(network, prefixBits, family);
  return list;
}
