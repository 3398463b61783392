/**
 * Failed requests in KV, many to an entry: a page.
 *
 * Promises: each process fills pages of its own, so it neither reads nor races to write them; it keeps
 * {@linkcode MAX_PAGES} at most, each under KV's limit, and deletes the oldest in the commit that begins
 * another; nothing is read, or kept, for longer than {@linkcode FAILED_REQUEST_MEMORY_MS}.
 *
 * @module
 */

import type {
  FailedRequest,
  FailedRequestList,
  FailedRequestStore,
} from "../domain/failed_request.ts";
import { failedRequestsAddress, failedRequestsPrefix } from "./addresses.ts";
import { atomically } from "./atomically.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";

/** How long a failed request is remembered. */
export const FAILED_REQUEST_MEMORY_MS = 7 * 24 * 3_600_000;
/** The most pages of one process. */
export const MAX_PAGES = 24;
/** The most pages that are read, of all processes; the newest count. */
const MAX_PAGES_READ = 200;
/** A page takes no more requests when it has so many bytes. */
const PAGE_BYTES = 48_000;

/** A page as it is stored. */
interface PageRecord {
  readonly requests: readonly FailedRequest[];
  readonly dropped: number;
}

interface OpenPage extends PageRecord {
  readonly id: string;
  readonly bytes: number;
}

/** Failed requests over this storage, for one process. */
export function createFailedRequestStore(context: StorageContext): FailedRequestStore {
  const { kv, clock, newId } = context;
  /** Ours, oldest first; the last may still have room. */
  let pages: readonly string[] = [];
  let open: OpenPage | null = null;

  return {
    async save({ requests, dropped }) {
      const filled = fill(open, requests, newId);
      const last = filled.at(-1);
      if (last === undefined) return;
      const written = filled.with(-1, { ...last, dropped: last.dropped + dropped });
      const known = [...new Set([...pages, ...written.map(({ id }) => id)])];
      const kept = known.slice(-MAX_PAGES);
      await atomically(() => {
        const operation = kv.atomic();
        for (const { id, requests, dropped } of written) {
          const record: PageRecord = { requests, dropped };
          operation.set(failedRequestsAddress(id), encode(record), {
            expireIn: FAILED_REQUEST_MEMORY_MS,
          });
        }
        for (const id of known.slice(0, -MAX_PAGES)) operation.delete(failedRequestsAddress(id));
        return { operation, value: null };
      }, context);
      pages = kept;
      open = written.at(-1) ?? null;
    },

    async read(): Promise<FailedRequestList> {
      const oldest = clock.now() - FAILED_REQUEST_MEMORY_MS;
      // By id, because a commit that was said to have failed may have held, and was made again.
      const requests = new Map<string, FailedRequest>();
      let dropped = 0;
      const newestFirst = { reverse: true, limit: MAX_PAGES_READ, batchSize: 10 };
      for await (const { value } of kv.list({ prefix: failedRequestsPrefix() }, newestFirst)) {
        const page = decode<PageRecord>(value);
        const recent = page.requests.filter(({ at }) => at > oldest);
        for (const request of recent) requests.set(request.id, request);
        if (recent.length > 0) dropped += page.dropped;
      }
      return { requests: [...requests.values()].sort((a, b) => b.at - a.at), dropped };
    },
  };
}

const encoder = new TextEncoder();

/** The pages that have to be written: the one with room, if anything goes there, and new ones. */
function fill(
  open: OpenPage | null,
  requests: readonly FailedRequest[],
  newId: () => string,
): OpenPage[] {
  const pages: OpenPage[] = [];
  let page = open ?? emptyPage(newId());
  for (const request of requests.toSorted((a, b) => a.at - b.at)) {
    const bytes = encoder.encode(JSON.stringify(request)).length + 1;
    if (page.bytes + bytes > PAGE_BYTES) {
      if (page !== open) pages.push(page);
      page = emptyPage(newId());
    }
    page = { ...page, bytes: page.bytes + bytes, requests: [...page.requests, request] };
  }
  return page === open ? pages : [...pages, page];
}

function emptyPage(id: string): OpenPage {
  return { id, requests: [], dropped: 0, bytes: 0 };
}
