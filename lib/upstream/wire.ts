/**
 * One request and its answer on the wire, whoever carries them.
 *
 * `node_wire.ts` carries them in production; `fetch_wire.ts` wherever a `fetch` is handed in.
 *
 * @module
 */

import type { HeaderPairs } from "../protocol/gemini/headers.ts";

/** A request, good for any key. */
export interface WireRequest {
  /** As Gemini's routes want it. */
  readonly method: "GET" | "POST";
  /** Path and query, from our own templates. */
  readonly target: string;
  /** The key's header comes on top. */
  readonly headers: HeaderPairs;
  /** Null for a GET. */
  readonly body: Uint8Array<ArrayBuffer> | null;
  /** Whether the key travels as a bearer token, as Google's OpenAI layer wants it. */
  readonly isForeign?: boolean;
}

/** The one header that holds the key. Two credentials would be refused, whatever they are. */
export function keyHeader(
  { isForeign = false }: WireRequest,
  secret: string,
): [name: string, value: string] {
  return isForeign ? ["authorization", `Bearer ${secret}`] : ["x-goog-api-key", secret];
}

/** A piece of a body; null behind the last. */
export type Piece = Uint8Array<ArrayBuffer> | null;

/** Reads a body piece by piece, as fast as the reader asks and no faster. */
export interface ChunkReader {
  /**
   * The next piece, which belongs to the caller; null after the last. At once when it is here already.
   * Rejects when the body breaks off.
   */
  read(): Piece | Promise<Piece>;
  /** Tells the source that nobody wants the rest. */
  cancel(): Promise<void>;
}

/** An answer whose body has not been read yet. */
export interface WireAnswer {
  /** HTTP status; redirects are not followed. */
  readonly status: number;
  /** Null for a header that is not there. */
  readonly headers: Pick<Headers, "get">;
  /** The body, decompressed. */
  readonly body: ChunkReader;
}

/** The line to Gemini during one call. Hanging up ends it, wherever it stands. */
export class Line {
  #hungUp = false;
  #end: (() => void) | null = null;

  /** Whether the call was ended from here. */
  get isHungUp(): boolean {
    return this.#hungUp;
  }

  /** Ends the call; what waits for it rejects. */
  hangUp(): void {
    this.#hungUp = true;
    this.#end?.();
  }

  /** Names what has to be done to end the call; done at once when it was hung up already. */
  whenHungUp(end: () => void): void {
    this.#end = end;
    if (this.#hungUp) end();
  }
}

/** Sends a request with one key. Rejects when no answer comes. */
export type Send = (request: WireRequest, secret: string, line: Line) => Promise<WireAnswer>;
