/**
 * Secrets that say how they behave.
 *
 *     AIzaSim-perMinute-5_12_k3Jd9…    "AIza" and 35 characters
 *     AQ.Ab8RN6Sim-suspended_1_Zp0…    "AQ." and 50 characters
 *
 * After `Sim-` stand a way's short form, `_`, an index, `_`, and letters that
 * only fill the secret up, so that its end differs from that of its neighbours.
 *
 * @module
 */

import { lettersFrom } from "./letters.ts";
import { parseWay, type ShortWay, type Way } from "./ways.ts";

/** The two kinds of keys that Google issues: standard, and bound to a service account. */
export type KeyKind = "AIza" | "AQ";

const FORMS: Readonly<Record<KeyKind, { head: string; length: number }>> = {
  AIza: { head: "AIzaSim-", length: 39 },
  AQ: { head: "AQ.Ab8RN6Sim-", length: 53 },
};

const SECRET = /^(?:AIza|AQ\.Ab8RN6)Sim-([0-9A-Za-z-]+)_\d+_[0-9A-Za-z]+$/;

/**
 * Makes the secret of the n-th key that behaves in a way.
 *
 * The same arguments give the same secret, in every process.
 *
 * @throws {RangeError} if the way cannot be spelt in a secret of this kind.
 */
export function simKey(
  way: ShortWay,
  n = 1,
  { kind = "AIza" }: { kind?: KeyKind } = {},
): string {
  const { head, length } = FORMS[kind];
  const named = `${head}${way}_${n}_`;
  const secret = named + lettersFrom(named, length - named.length);
  if (wayOf(secret) === undefined || secret.length !== length) {
    throw new RangeError(`Cannot make ${kind} key for way "${way}": it does not fit the secret`);
  }
  return secret;
}

/** Reads from a secret how it behaves; `undefined` for a secret that is not ours. */
export function wayOf(secret: string): Way | undefined {
  const short = SECRET.exec(secret)?.[1];
  return short === undefined ? undefined : parseWay(short);
}
