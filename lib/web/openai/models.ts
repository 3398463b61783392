/**
 * `GET /v1/models` and `GET /v1/models/{id}`
 *
 * @module
 */

import { NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import type { PoolId } from "../../domain/ids.ts";
import type { Relayed } from "../../protocol/gemini/exchange.ts";
import {
  type GeminiModel,
  listModelsCall,
  modelBehind,
  type ModelItem,
  modelItems,
  readModelPage,
} from "../../protocol/openai/models.ts";
import type { ClientCall } from "../dialect.ts";
import { jsonAnswer, wholeBody } from "./answer.ts";
import type { OpenAiParts } from "./parts.ts";

/** A pool's models are known for so long. */
const FRESH_MS = 5 * 60_000;
/** Pools whose models are kept. */
const MAX_POOLS = 1_000;
/** Google has one page of them; nobody gets us to read for ever. */
const MAX_PAGES = 20;

/** What was found, or why nothing was. */
type Found<T> =
  | { readonly kind: "found"; readonly found: T }
  | Exclude<Relayed, { kind: "answered" }>;

interface KnownList {
  readonly models: readonly GeminiModel[];
  readonly atMs: number;
}

/** The models of the pools in use. */
export class ModelLists {
  readonly #parts: Pick<OpenAiParts, "aliasesOf" | "clock">;
  readonly #lists = new Map<PoolId, KnownList>();

  /** Knows no models yet. */
  constructor(parts: Pick<OpenAiParts, "aliasesOf" | "clock">) {
    this.#parts = parts;
  }

  /** Lists the models that a token may use. */
  async serveList(call: ClientCall): Promise<Relayed> {
    call.record.operation = "listModels";
    const items = await this.#items(call);
    return items.kind === "found" ? answer(call, { object: "list", data: items.found }) : items;
  }

  /**
   * Shows one model.
   *
   * @throws {RotatorError} `not_found` for one that there is not, or that the token may not use.
   */
  async serveOne(id: string, call: ClientCall): Promise<Relayed> {
    call.record.operation = "getModel";
    const items = await this.#items(call);
    if (items.kind !== "found") return items;
    const named = [id, modelBehind(id, {})];
    const item = items.found.find(({ id }) => named.includes(id));
    if (item === undefined) {
      throw new RotatorError(
        NOT_FOUND,
        "Cannot find this model: there is none of such a name that this access token may use",
        { param: "model", reason: "unknown_model" },
      );
    }
    return answer(call, item);
  }

  async #items(call: ClientCall): Promise<Found<readonly ModelItem[]>> {
    const { token } = call;
    const models = await this.#models(call);
    if (models.kind !== "found") return models;
    const aliases = await this.#parts.aliasesOf(token.poolId);
    return { kind: "found", found: modelItems(models.found, { aliases, token }) };
  }

  async #models(call: ClientCall): Promise<Found<readonly GeminiModel[]>> {
    const { poolId } = call.token;
    const nowMs = this.#parts.clock.monotonicMs();
    const known = this.#lists.get(poolId);
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) {
      return { kind: "found", found: known.models };
    }
    const read = await readModels(call);
    if (read.kind === "found") {
      if (this.#lists.size >= MAX_POOLS) this.#lists.clear();
      this.#lists.set(poolId, { models: read.found, atMs: nowMs });
    }
    return read;
  }
}

async function readModels({ relay }: ClientCall): Promise<Found<readonly GeminiModel[]>> {
  const models: GeminiModel[] = [];
  let pageToken: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const relayed: Relayed = await relay(listModelsCall(pageToken), { onEnd: () => {} });
    if (relayed.kind !== "answered") return relayed;
    const page = readModelPage(await wholeBody(relayed.answer));
    models.push(...page.models);
    pageToken = page.nextPageToken;
    if (pageToken === null) break;
  }
  return { kind: "found", found: models };
}

function answer({ record }: ClientCall, value: unknown): Relayed {
  record.ended({ kind: "complete", usage: null });
  return jsonAnswer(value);
}
