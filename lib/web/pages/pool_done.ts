/**
 * What the pages of pools say once something is done. The address names the sentence and never holds it.
 *
 * @module
 */

/** What was done, in one word. */
export type PoolDone =
  | "made"
  | "saved"
  | "edited"
  | "woken"
  | "enabled"
  | "disabled"
  | "deleted"
  | "gone";

/** A sentence for each word that may stand in `?done=`. */
const SENTENCES: Readonly<Record<PoolDone, string>> = {
  made: "The pool is made. Add its keys next.",
  saved: "The settings are saved.",
  edited: "The key is saved.",
  woken: "The keys are awake: every cooldown that concerned them has ended.",
  enabled: "The keys are enabled.",
  disabled: "The keys are disabled and serve nobody until you enable them.",
  deleted: "The keys are deleted.",
  gone: "The pool is deleted with its keys.",
};

/** What to say of it; null when the address says nothing that we know. */
export function poolDoneSentence(search: URLSearchParams): string | null {
  const word = search.get("done") ?? "";
  return isDone(word) ? SENTENCES[word] : null;
}

/** A pool's page, at the same keys as before, saying what was done. */
export function poolDoneAddress(path: string, cursor: string | null, done: PoolDone): string {
  return `${path}?${new URLSearchParams({ done, ...(cursor !== null && { cursor }) })}`;
}

function isDone(word: string): word is PoolDone {
  return Object.hasOwn(SENTENCES, word);
}
