/**
 * Sound that a model made, in the format that was asked for.
 *
 * Gemini speaks in raw samples: 16 bits, little-endian, one channel (`audio/L16;rate=24000`).
 *
 * @module
 */

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
/** Samples a second, of everything that Gemini says. */
const RATE = 24_000;

/** Raw samples, in base64, as a WAV file in base64. */
export function wavOf(pcm: string): string {
  const samples = bytesOf(pcm);
  const file = new Uint8Array(HEADER_BYTES + samples.length);
  writeHeader(new DataView(file.buffer), samples.length);
  file.set(samples, HEADER_BYTES);
  return file.toBase64();
}

/** Samples that came in pieces, as one. */
export function joinBase64(pieces: readonly string[]): string {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const parts = pieces.map(bytesOf);
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined.toBase64();
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    // What is no base64 is no sound, and no reason to lose the rest of the answer.
    return new Uint8Array();
  }
}

/** http://soundfile.sapp.org/doc/WaveFormat/ */
function writeHeader(view: DataView, bytes: number): void {
  const text = (at: number, word: string) =>
    [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * BYTES_PER_SAMPLE, true);
  view.setUint16(32, BYTES_PER_SAMPLE, true);
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
}
