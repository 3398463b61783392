/**
 * Secrets that nobody may see, and everything that anybody saw.
 *
 * A journey hands every secret and every byte that goes out to one of these. What was seen is searched
 * when the journey ends: as it is, percent-encoded, escaped, in base64 at any alignment, and in halves,
 * so that a secret which was cut does not go unnoticed.
 *
 * @module
 */

const latin1 = new TextDecoder("latin1");

/** Half a secret is worth looking for when it is at least so long. */
const SHORTEST_HALF = 14;

/** The secrets of one journey, and what was seen of it. */
export class Canaries {
  readonly #secrets = new Map<string, string>();
  readonly #seen: { where: string; text: string; shown: ReadonlySet<string> }[] = [];

  /** From now on, and for what was seen before, this is a secret. */
  add(name: string, secret: string): void {
    this.#secrets.set(secret, name);
  }

  /** Something went out. `shown` are the secrets that this place is meant to show. */
  saw(where: string, what: string | Uint8Array, { shown = [] }: { shown?: string[] } = {}): void {
    const text = typeof what === "string" ? what : latin1.decode(what);
    this.#seen.push({ where, text, shown: new Set(shown) });
  }

  /** Where a secret was seen, one line for each sighting; none is what a test wants. */
  hits(): string[] {
    const hits: string[] = [];
    for (const [secret, name] of this.#secrets) {
      const spelt = spellings(secret);
      for (const { where, text, shown } of this.#seen) {
        if (shown.has(secret)) continue;
        const how = spelt.find(([, spelling]) => text.includes(spelling))?.[0];
        if (how !== undefined) hits.push(`${name} (${how}) in ${where}: ${text.slice(0, 400)}`);
      }
    }
    return hits;
  }
}

/** The ways in which a secret may be written, each with its name. */
export function spellings(secret: string): readonly (readonly [how: string, spelling: string])[] {
  const half = Math.floor(secret.length / 2);
  const halves = half < SHORTEST_HALF ? [] : [
    ["first half", secret.slice(0, half)],
    ["second half", secret.slice(half)],
  ] as const;
  return [
    ["plain", secret],
    ...halves,
    ["percent-encoded", encodeURIComponent(secret)],
    ["percent-encoded throughout", eachCharacter(secret, "%", 2)],
    ["JSON", JSON.stringify(secret).slice(1, -1)],
    ["JSON throughout", eachCharacter(secret, "\\u", 4)],
    ...[0, 1, 2].flatMap((before) => base64At(secret, before)),
  ];
}

function eachCharacter(secret: string, before: string, digits: number): string {
  return [...secret].map((character) =>
    before + character.charCodeAt(0).toString(16).padStart(digits, "0")
  ).join("");
}

/** Base64 of the secret when so many bytes stand before it, without what its neighbours change. */
function base64At(secret: string, before: number): (readonly [string, string])[] {
  const text = btoa("x".repeat(before) + secret);
  const sure = text.slice(before === 0 ? 0 : 4, -4);
  return [
    ["base64", sure],
    ["base64url", sure.replaceAll("+", "-").replaceAll("/", "_")],
  ];
}
