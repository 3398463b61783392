/**
 * Asks Gemini whether it knows a key, without spending its quota: it lists one model.
 *
 * A list proves that a key is known, not that it may generate: some accounts list models and are
 * refused everything else. So "good" clears a key of being unknown, and of nothing more.
 *
 * @module
 */

import type { Deadlines, Watch } from "../domain/deadlines.ts";
import type { Judgement } from "../domain/outcome.ts";
import type { ProbeKey, ProbeVerdict } from "../domain/ports.ts";
import { judge } from "./judge.ts";
import { readErrorText } from "./read_whole.ts";
import { Line, type Send, type WireRequest } from "./wire.ts";

/** The longest a probe may take. */
const PROBE_MS = 15_000;
const LIST_ONE_MODEL = {
  method: "GET",
  target: "/v1beta/models?pageSize=1",
  headers: [],
  body: null,
} satisfies WireRequest;

/** A probe over this way of sending. Never rejects: what goes wrong is inconclusive. */
export function createProbe(
  { send, deadlines }: { readonly send: Send; readonly deadlines: Deadlines },
): ProbeKey {
  return async (secret) => {
    const line = new Line();
    const watch: Watch = {
      dueMs: deadlines.nowMs() + PROBE_MS,
      onPast: () => line.hangUp(),
    };
    deadlines.watch(watch);
    try {
      const { status, headers, body: chunks } = await send(LIST_ONE_MODEL, secret, line);
      const body = await readErrorText(chunks);
      return verdictOf(judge({ status, headers, body, phase: "answer" }), status);
    } catch {
      // Nothing came back, so nothing is known of the key; the next probe will tell.
      return { verdict: "inconclusive", why: "Gemini could not be reached" };
    } finally {
      deadlines.forget(watch);
    }
  };
}

function verdictOf({ outcome, key, rule }: Judgement, status: number): ProbeVerdict {
  if (outcome === "served") return { verdict: "good", why: "Gemini lists models for this key" };
  const why = `Gemini answered ${status} (${rule})`;
  if (key.kind === "dead") return { verdict: "bad", why, reason: key.reason };
  // We wrote this request ourselves, so a refusal that names no cause is about the key.
  if (key.kind === "suspect") return { verdict: "bad", why, reason: "invalid" };
  return { verdict: "inconclusive", why };
}
