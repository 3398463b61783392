/**
 * Whoever waits for an answer, and may leave before it comes.
 *
 * @module
 */

/** A client's presence. One attempt at a time listens for its leaving. */
export class Visitor {
  /** Whether the client has gone. */
  gone = false;
  #listener: (() => void) | null = null;

  /** The client has gone: whoever listens stops what it does for it. */
  leave(): void {
    if (this.gone) return;
    this.gone = true;
    this.#listener?.();
  }

  /** Listens from now on, instead of who listened before; null stops listening. */
  whenGone(listener: (() => void) | null): void {
    this.#listener = listener;
    if (this.gone) listener?.();
  }
}
