/**
 * Work that goes on after the answer.
 *
 * Nobody waits for it, so nobody would hear of its failure: each one is told to `onFailure`. A shutdown
 * waits for what is still under way.
 *
 * @module
 */

/** Work in the background of one process. */
export class Background {
  readonly #onFailure: (what: string, cause: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();

  /** Has nothing to do yet. */
  constructor(onFailure: (what: string, cause: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Looks after `work`; `what` completes the sentence "could not …". */
  run(what: string, work: Promise<unknown>): void {
    const looked = work.then(() => {}, (cause) => this.#onFailure(what, cause))
      .finally(() => this.#underWay.delete(looked));
    this.#underWay.add(looked);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
