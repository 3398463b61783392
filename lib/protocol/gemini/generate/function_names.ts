/**
 * Names of functions that Gemini takes, for names that it does not.
 *
 * @see https://ai.google.dev/api/caching#FunctionDeclaration
 * @module
 */

const MAX_CHARACTERS = 64;
const FINE = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;

/**
 * The names of one request, there and back.
 *
 * Two names never become one, and the same names in the same order always become the same.
 */
export class FunctionNames {
  readonly #toGemini = new Map<string, string>();
  readonly #toClient = new Map<string, string>();
  /** How many names have wanted to become the same. */
  readonly #wanted = new Map<string, number>();

  /** Names that are fine as they are are kept by themselves, whatever the others become. */
  constructor(names: Iterable<string> = []) {
    const all = [...names];
    for (const name of all) if (FINE.test(name)) this.#keep(name, name);
    for (const name of all) this.toGemini(name);
  }

  /** The name for Gemini. */
  toGemini(name: string): string {
    const known = this.#toGemini.get(name);
    if (known !== undefined) return known;
    const wanted = FINE.test(name) ? name : tidied(name);
    let free = wanted;
    let count = this.#wanted.get(wanted) ?? 1;
    while (this.#toClient.has(free)) {
      const suffix = `_${++count}`;
      free = wanted.slice(0, MAX_CHARACTERS - suffix.length) + suffix;
    }
    this.#wanted.set(wanted, count);
    this.#keep(name, free);
    return free;
  }

  /** The client's own name for what Gemini calls; a name that nobody declared stays as it is. */
  toClient(name: string): string {
    return this.#toClient.get(name) ?? name;
  }

  #keep(name: string, forGemini: string): void {
    this.#toGemini.set(name, forGemini);
    this.#toClient.set(forGemini, name);
  }
}

function tidied(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.:-]/g, "_");
  return (/^[A-Za-z_]/.test(plain) ? plain : `_${plain}`).slice(0, MAX_CHARACTERS);
}
