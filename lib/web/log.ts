/**
 * One line for every request, found again by the id that the client saw.
 *
 * Lines are JSON. They hold no secret, no prompt and no answer: what a client wrote appears only as the
 * path, and that is scrubbed. Lines are gathered and written together; a sink that does not keep up
 * loses lines, which are counted, and never holds up a request.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import { escapeControls, redact } from "../domain/redact.ts";

/** Where lines go: takes text that ends with a line feed, resolves when it is written. */
export type Sink = (text: string) => Promise<void>;

/** Lines that wait to be written. */
const MAX_WAITING_CHARACTERS = 4_000_000;
/** Lines are gathered for so long. */
const GATHER_MS = 50;

/** The log of this process. */
export class Log {
  readonly #sink: Sink;
  readonly #clock: Pick<Clock, "now" | "after">;
  #waiting: string[] = [];
  #waitingCharacters = 0;
  #lost = 0;
  #timeAt = NaN;
  #timeText = "";
  #cancelTimer: (() => void) | null = null;
  #writing: Promise<void> | null = null;

  /** An empty log. */
  constructor(sink: Sink, clock: Pick<Clock, "now" | "after">) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Writes a line soon: members of a JSON object, as text, free of secrets. */
  line(members: string): void {
    const text = `{"time":"${this.#time()}",${members}}\n`;
    if (this.#waitingCharacters + text.length > MAX_WAITING_CHARACTERS) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(text);
    this.#waitingCharacters += text.length;
    if (this.#writing === null) {
      this.#cancelTimer ??= this.#clock.after(GATHER_MS, () => this.#write());
    }
  }

  /** Writes a line about something that went wrong, with everything secret taken out of its cause. */
  trouble(what: string, cause: unknown, fields: Readonly<Record<string, unknown>> = {}): void {
    const members = JSON.stringify({ level: "error", what, ...fields, cause: describe(cause) });
    this.line(members.slice(1, -1));
  }

  /** The moment as ISO 8601; many lines share a millisecond, and one spelling of it. */
  #time(): string {
    const now = this.#clock.now();
    if (now !== this.#timeAt) {
      this.#timeAt = now;
      this.#timeText = new Date(now).toISOString();
    }
    return this.#timeText;
  }

  /** Resolves when every line so far is written. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#writing !== null) {
      this.#write();
      await this.#writing;
    }
  }

  #write(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#writing !== null || this.#waiting.length === 0) return;
    if (this.#lost > 0) {
      this.#waiting.push(
        `${JSON.stringify({ level: "error", what: "log lines lost", lines: this.#lost })}\n`,
      );
      this.#lost = 0;
    }
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingCharacters = 0;
    this.#writing = this.#hand(lines).finally(() => {
      this.#writing = null;
      if (this.#waiting.length > 0) this.#write();
    });
  }

  /** A sink that fails costs the lines, which are counted, and never the service. */
  async #hand(lines: readonly string[]): Promise<void> {
    try {
      await this.#sink(lines.join(""));
    } catch {
      this.#lost += lines.length;
    }
  }
}

/** What happened, for an operator: messages down the chain of causes, scrubbed and on one line. */
export function describe(cause: unknown): string {
  const messages: string[] = [];
  let current = cause;
  while (current !== undefined && current !== null && messages.length < 4) {
    messages.push(
      current instanceof Error ? `${current.name}: ${current.message}` : typeof current,
    );
    current = current instanceof Error ? current.cause : null;
  }
  return escapeControls(redact(messages.join(" ← ")));
}
