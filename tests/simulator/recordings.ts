/**
 * Finds recorded bodies in `tests/fixtures/gemini`, with the status they came with.
 *
 * @module
 */

/** A recorded answer. */
export interface Recording {
  status: number;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

interface IndexEntry {
  file: string;
  status: number;
  contentType: string;
}

const FOLDER = new URL("../fixtures/gemini/", import.meta.url);

/**
 * Reads a recording.
 *
 * @param file its path in the folder, such as `stream-text.sse` or `errors/429-bare.json`.
 * @throws {RangeError} if no index lists the file.
 */
export function recording(file: string): Recording {
  const entry = [...index("index.json"), ...index("errors/index.json")]
    .find((entry) => entry.file === file);
  if (entry === undefined) throw new RangeError(`Cannot replay "${file}": no index lists it`);
  const { status, contentType } = entry;
  return { status, contentType, body: Deno.readFileSync(new URL(file, FOLDER)) };
}

function index(path: string): IndexEntry[] {
  return JSON.parse(Deno.readTextFileSync(new URL(path, FOLDER)));
}
