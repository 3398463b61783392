/**
 * Waits for what another task or process brings about.
 *
 * @module
 */

/**
 * Waits until something holds.
 *
 * @throws {Error} if it still does not after so many turns of the event loop.
 */
export async function until(holds: () => boolean, { turns = 2000 } = {}): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`Cannot go on: it did not come about in ${turns} turns`);
}
