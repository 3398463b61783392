/**
 * Compresses files once, for every browser that will ask.
 *
 * @module
 */

/** What is smaller than this fits into the first packets anyway. */
const WORTHWHILE_BYTES = 512;
const TEXT = /^(?:text\/|application\/(?:json|manifest\+json)|image\/svg)/;

/** A file as gzip; null when that would not be worth it. */
export async function gzipped(
  body: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body.length < WORTHWHILE_BYTES || !TEXT.test(type)) return null;
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
