/**
 * Makes letters out of a text: the same ones in every process.
 *
 * @module
 */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** So many letters that differ whenever the seed does, or nearly. */
export function lettersFrom(seed: string, length: number): string {
  // FNV-1a, stirred once per letter: cheap, and the same everywhere.
  let hash = 0x811c9dc5;
  const stir = (code: number) => hash = Math.imul(hash ^ code, 0x01000193) >>> 0;
  for (const letter of seed) stir(letter.charCodeAt(0));

  let letters = "";
  while (letters.length < length) {
    stir(letters.length);
    letters += ALPHABET[(hash >>> 8) % ALPHABET.length];
  }
  return letters;
}
