/**
 * Requests that failed, on their way to storage.
 *
 * They are written down later and together: {@linkcode MAX_WAITING} at most each time, however many
 * fail, because a storm of failures must not become one of writes. Those left out are counted, and they
 * are taken from whatever failed most, so that a rare failure is still seen in the storm.
 *
 * Promises: a request without a valid token costs no write and is not here; what is kept holds no
 * secret, no prompt and no answer.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import { INVALID_REQUEST, type RotatorError } from "../domain/errors.ts";
import type {
  FailedRequest,
  FailedRequestList,
  FailedRequestStore,
} from "../domain/failed_request.ts";
import { escapeControls, redact } from "../domain/redact.ts";
import type { RequestOver, RequestRecord } from "./request_record.ts";

/** How many requests wait to be written; of more, some are left out. */
export const MAX_WAITING = 120;
/** How many attempts of one request are kept: the last. */
const MAX_ATTEMPTS = 10;
const MAX_NAME_CHARACTERS = 128;
const MAX_MESSAGE_CHARACTERS = 300;

/** Failed requests of this process. */
export class FailedRequests implements Pick<FailedRequestStore, "read"> {
  readonly #store: FailedRequestStore;
  readonly #clock: Pick<Clock, "now">;
  #waiting = new Map<string, FailedRequest[]>();
  #count = 0;
  #dropped = 0;
  #writing: FailedRequestList | null = null;

  /** Knows of none yet. */
  constructor(store: FailedRequestStore, clock: Pick<Clock, "now">) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Looks at a request that is over, and remembers it if it failed. */
  note(record: RequestRecord, over: RequestOver): void {
    if (record.token === null || !hasFailed(over)) return;
    this.#add(failedRequestOf(record, { over, token: record.token, at: this.#clock.now() }));
  }

  /** Writes what waits. What could not be written waits on. */
  async write(): Promise<void> {
    if (this.#count === 0 || this.#writing !== null) return;
    this.#writing = { requests: this.#all(), dropped: this.#dropped };
    this.#waiting = new Map();
    this.#count = 0;
    this.#dropped = 0;
    try {
      await this.#store.save(this.#writing);
    } catch (cause) {
      for (const request of this.#writing.requests.toReversed()) this.#add(request);
      this.#dropped += this.#writing.dropped;
      throw cause;
    } finally {
      this.#writing = null;
    }
  }

  /** What storage remembers, and what this process has not written yet. */
  async read(): Promise<FailedRequestList> {
    const ours = [...this.#all(), ...(this.#writing?.requests ?? [])];
    const dropped = this.#dropped + (this.#writing?.dropped ?? 0);
    const stored = await this.#store.read();
    const known = new Set(ours.map(({ id }) => id));
    const others = stored.requests.filter(({ id }) => !known.has(id));
    return {
      requests: [...ours, ...others].sort((a, b) => b.at - a.at),
      dropped: dropped + stored.dropped,
    };
  }

  #all(): FailedRequest[] {
    return [...this.#waiting.values()].flat().sort((a, b) => b.at - a.at);
  }

  #add(request: FailedRequest): void {
    const kind = `${request.token.id} ${request.status} ${request.code ?? request.reason}`;
    const alike = this.#waiting.get(kind) ?? [];
    this.#waiting.set(kind, alike);
    alike.push(request);
    this.#count += 1;
    if (this.#count > MAX_WAITING) this.#leaveOneOut();
  }

  #leaveOneOut(): void {
    let most: FailedRequest[] = [];
    for (const alike of this.#waiting.values()) if (alike.length > most.length) most = alike;
    most.shift();
    this.#count -= 1;
    this.#dropped += 1;
  }
}

function hasFailed({ status, end }: RequestOver): boolean {
  return status >= 400 && end !== "left" || end === "cut";
}

interface Facts {
  readonly over: RequestOver;
  readonly token: NonNullable<RequestRecord["token"]>;
  readonly at: FailedRequest["at"];
}

function failedRequestOf(
  { id, operation, model, failure, attempts }: RequestRecord,
  { over: { status, end, ms }, token, at }: Facts,
): FailedRequest {
  return {
    id,
    at,
    ms: Math.round(ms),
    token: { id: token.id, name: redact(token.name) },
    poolId: token.poolId,
    operation,
    model: model === null ? null : plain(model, MAX_NAME_CHARACTERS),
    status,
    end,
    code: failure?.code ?? null,
    reason: failure?.reason ?? (failure === null ? attempts.at(-1)?.rule ?? null : null),
    message: failure === null ? null : messageOf(failure),
    attempts: attempts.slice(-MAX_ATTEMPTS).map((attempt) => ({
      ...attempt,
      label: redact(attempt.label),
      ms: Math.round(attempt.ms),
    })),
  };
}

/** What is wrong with a request may be told in its own words, which are the client's. */
function messageOf({ code, message }: RotatorError): string | null {
  return code === INVALID_REQUEST ? null : plain(message, MAX_MESSAGE_CHARACTERS);
}

/** Scrubbed first, because half a secret would not be recognised. */
function plain(text: string, maxCharacters: number): string {
  return escapeControls(redact(text)).slice(0, maxCharacters);
}
