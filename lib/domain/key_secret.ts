/**
 * What may be the secret of a Gemini key, and how people paste a list of them.
 *
 * Google issues two shapes, `AIza…` and `AQ.…`, and may issue a third tomorrow. So anything visible
 * of a plausible length is taken, and only what is clearly something else is refused.
 *
 * @module
 */

/** Shortest and longest secret we take, in characters. */
export const KEY_SECRET_LENGTH = { min: 20, max: 512 } as const;

const FOREIGN_PREFIXES: ReadonlyMap<string, string> = new Map([
  ["ya29.", "it is a short-lived OAuth token, not an API key"],
  ["eyJ", "it is a JSON Web Token, not an API key"],
  ["sk-", "it is a key of another provider"],
  ["gkr_", "it is an access token of ours, not a Gemini key"],
]);

/** Why this cannot be a Gemini key; null when it can. */
export function keySecretFault(secret: string): string | null {
  for (const [prefix, fault] of FOREIGN_PREFIXES) {
    if (secret.startsWith(prefix)) return fault;
  }
  const { min, max } = KEY_SECRET_LENGTH;
  if (secret.length < min) return `it has ${secret.length} characters, a key has at least ${min}`;
  if (secret.length > max) return `it has ${secret.length} characters, a key has at most ${max}`;
  if (!/^[\x21-\x7e]+$/.test(secret)) return "it has characters that no key has";
  return null;
}

/** Splits pasted text at line ends and commas, and takes off white space and quotes. */
export function splitKeyList(text: string): string[] {
  return text.split(/[\r\n,]/).map(tidy).filter((entry) => entry !== "");
}

/** Without the white space, quotes and byte order marks that pasting brings along. */
export function tidy(pasted: string): string {
  return pasted.trim().replace(/;$/, "").replace(/^["'`]/, "").replace(/["'`]$/, "").trim();
}

/** A secret as people may see it: four characters at each end, less when it is short. */
export function mask(secret: string): string {
  return secret.length >= 16
    ? `${secret.slice(0, 4)}…${secret.slice(-4)}`
    : `${secret.slice(0, 2)}…`;
}
