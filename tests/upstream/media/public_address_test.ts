import assert from "node:assert/strict";
import fc from "fast-check";
import { isPublicAddress } from "../../../lib/upstream/media/public_address.ts";

const NOT_PUBLIC_FIRST_OCTETS = [0, 10, 127, ...Array.from({ length: 32 }, (_, at) => 224 + at)];
const octet = () => fc.nat(255);
const group = () => fc.nat(0xffff).map((value) => value.toString(16));

Deno.test("isPublicAddress() takes addresses of the public internet", () => {
  for (
    const address of [
      ...["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "223.255.255.255"],
      ...["100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255"],
      ...["172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "198.17.255.255"],
      ...["198.20.0.0", "203.0.112.255", "168.63.129.15", "168.63.129.17"],
      ...[
        "2606:4700:4700::1111",
        "2a00:1450:4001:80b::200e",
        "2001:200::1",
        "2001:4860:4860::8888",
      ],
      ...["2003::1", "2001:DB9::1", "3ffe:ffff::"],
    ]
  ) assert.ok(isPublicAddress(address), address);
});

Deno.test("isPublicAddress() refuses IPv4 that is private, local, shared, a test's, multicast or reserved", () => {
  for (
    const address of [
      ...["0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255"],
      ...["100.100.100.200", "127.0.0.1", "127.255.255.255", "168.63.129.16", "169.254.0.0"],
      ...["169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192"],
      ...["192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1"],
      ...["198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250"],
      ...["240.0.0.1", "255.255.255.255"],
    ]
  ) assert.equal(isPublicAddress(address), false, address);
});

Deno.test("isPublicAddress() refuses IPv6 that is local, multicast, a test's or IPv4 in disguise", () => {
  for (
    const address of [
      ...["::", "::1", "0:0:0:0:0:0:0:1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1"],
      ...["fc00::1", "fd00:ec2::254", "fd20:ce::254", "ff02::1", "ff0e::1", "100::1"],
      ...[
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "::127.0.0.1",
      ],
      ...["::7f00:1", "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b:1::a00:1"],
      ...["2002:7f00:1::", "2002:a9fe:a9fe::1", "2001::1", "2001:0:7f00:1::", "2001:2::1"],
      ...["2001:1ff:ffff::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1", "2606:4700::1%1"],
    ]
  ) assert.equal(isPublicAddress(address), false, address);
});

Deno.test("isPublicAddress() refuses text that is not an address in full", () => {
  for (
    const text of [
      ...[
        "",
        " ",
        "localhost",
        "images.example.com",
        "8.8.8",
        "8.8.8.8.",
        " 8.8.8.8",
        "8.8.8.8:443",
      ],
      ...["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "8.8.8.08", "８.8.8.8", "[::1]"],
      ...["[2606:4700::1]", "2606:4700::1::", "2606:4700:::1", "8.8.8.8/32", "8.8.8.8\n"],
    ]
  ) assert.equal(isPublicAddress(text), false, JSON.stringify(text));
});

Deno.test("isPublicAddress() refuses every IPv4 address of the networks that are nobody's", () => {
  fc.assert(fc.property(
    fc.constantFrom(...NOT_PUBLIC_FIRST_OCTETS),
    octet(),
    octet(),
    octet(),
    (...octets) => !isPublicAddress(octets.join(".")),
  ));
});

Deno.test("isPublicAddress() refuses every IPv4 address that is wrapped in an IPv6 address", () => {
  const wrappings = ["::ffff:", "::", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"];
  fc.assert(fc.property(
    fc.constantFrom(...wrappings),
    fc.tuple(octet(), octet(), octet(), octet()),
    (wrapping, octets) => !isPublicAddress(wrapping + octets.join(".")),
  ));
});

Deno.test("isPublicAddress() refuses every IPv6 address outside of what is given out", () => {
  const outside = fc.nat(0xffff).filter((value) => value < 0x2000 || value > 0x3fff);
  fc.assert(fc.property(
    outside.map((value) => value.toString(16)),
    fc.array(group(), { minLength: 7, maxLength: 7 }),
    (first, rest) => !isPublicAddress([first, ...rest].join(":")),
  ));
});
