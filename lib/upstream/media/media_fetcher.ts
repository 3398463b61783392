/**
 * Fetches files that clients name by URL, from hosts that the operator allows.
 *
 * A service that fetches what strangers name is a way into its own network. Hence the order: the URL
 * is judged, then every address its host has, then one of these addresses is called and no other. A
 * file is kept only up to a size and waited for only up to a time, and however it ends its connection
 * ends with it.
 *
 * @module
 */

import { lookup as lookupOfSystem } from "node:dns/promises";
import type { Deadlines, Watch } from "../../domain/deadlines.ts";
import { RotatorError } from "../../domain/errors.ts";
import type { FetchedMedia, FetchMedia } from "../../domain/ports.ts";
import { join } from "../../protocol/gemini/answer_scanner.ts";
import { Line } from "../wire.ts";
import { cannotFetch } from "./cannot_fetch.ts";
import { mediaTypeOf } from "./media_type.ts";
import { type MediaUrl, readMediaUrl } from "./media_url.ts";
import { createOpenFile, type FileAnswer, type OpenFile } from "./open_file.ts";
import { isPublicAddress } from "./public_address.ts";

/** The longest a file may take, from the question for its host to its last byte. */
const MAX_SECONDS = 10;
const MAX_MEBIBYTES = 20;
const MAX_BYTES = MAX_MEBIBYTES * 1_048_576;

/** All addresses of a host, the one to call in front. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/** What the fetcher is made of. */
export interface MediaFetcherParts {
  /** Hosts whose files are fetched: `images.example.com` or `*.example.com`. */
  readonly hosts: readonly string[];
  /** Watches that a file takes no longer than it may. */
  readonly deadlines: Deadlines;
  /** Asks the system unless said otherwise. */
  readonly lookup?: Lookup;
  /** By `node:https` unless said otherwise. */
  readonly open?: OpenFile;
}

/** A fetcher of files from these hosts; without any it refuses every URL. */
export function createMediaFetcher(
  { hosts, deadlines, lookup = lookupAll, open = createOpenFile() }: MediaFetcherParts,
): FetchMedia {
  async function fetchMedia(url: MediaUrl, line: Line): Promise<FetchedMedia> {
    const addresses = await unlessHungUp(line, lookup(url.host));
    const answer = await open({ ...url, address: firstOfPublic(addresses) }, line);
    return await read(answer, url);
  }

  return async (text) => {
    const url = readMediaUrl(text, hosts);
    const line = new Line();
    const watch: Watch = {
      dueMs: deadlines.nowMs() + MAX_SECONDS * 1_000,
      onPast: () => line.hangUp(),
    };
    deadlines.watch(watch);
    try {
      return await fetchMedia(url, line);
    } catch (cause) {
      if (cause instanceof RotatorError) throw cause;
      const state = line.isHungUp
        ? `it took longer than ${MAX_SECONDS} s`
        : "its server did not deliver it";
      throw cannotFetch(url.host, state, cause);
    } finally {
      deadlines.forget(watch);
      line.hangUp();
    }
  };
}

const lookupAll: Lookup = (host) => lookupOfSystem(host, { all: true });

/** A look-up cannot be ended, but nobody has to wait for it. */
function unlessHungUp<T>(line: Line, work: Promise<T>): Promise<T> {
  const hungUp = new Promise<never>((_, reject) => {
    line.whenHungUp(() => reject(new Error("the look-up was not waited for")));
  });
  return Promise.race([work, hungUp]);
}

/** One private address among public ones is how a name is made to point at us by turns. */
function firstOfPublic(addresses: Awaited<ReturnType<Lookup>>): string {
  const [first] = addresses;
  const inside = addresses.find(({ address }) => !isPublicAddress(address));
  if (first === undefined) throw new Error("the host has no address");
  if (inside !== undefined) throw new Error(`the host has the address ${inside.address}`);
  return first.address;
}

async function read(answer: FileAnswer, { host }: MediaUrl): Promise<FetchedMedia> {
  const { status, contentType } = answer;
  if (status >= 300 && status < 400) {
    throw cannotFetch(host, "it has moved, and redirects are not followed");
  }
  if (status !== 200) throw cannotFetch(host, `its server answered with status ${status}`);
  const type = mediaTypeOf(contentType);
  if (type === null) {
    throw cannotFetch(host, "its server does not call it an image, a PDF, audio or video");
  }
  const bytes = await readUpToLimit(answer);
  if (bytes === null) throw cannotFetch(host, `it is larger than ${MAX_MEBIBYTES} MiB`);
  if (!type.begins(bytes)) {
    throw cannotFetch(host, `it does not begin like the ${type.mimeType} its server calls it`);
  }
  return { mimeType: type.mimeType, base64: bytes.toBase64() };
}

/** The whole body, or null when it is larger than we keep. */
async function readUpToLimit(
  { contentBytes, body }: FileAnswer,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (contentBytes > MAX_BYTES) return null;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > MAX_BYTES) return null;
    pieces.push(piece);
  }
  return join(pieces);
}
