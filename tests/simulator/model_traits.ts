/**
 * What a model can do, read from its name.
 *
 * @module
 */

import { modelVersionOf } from "./models.ts";

/** How a model is told how much to think. */
export type Thinking =
  | { kind: "none" }
  | { kind: "budget"; least: number; most: number; canRest: boolean }
  | { kind: "level"; levels: readonly string[]; takesBudget: boolean };

/** A model as the rules see it. */
export interface ModelTraits {
  /** The name in the request's path, without `models/`. */
  name: string;
  isGemma: boolean;
  /** 2, 2.5, 3.1, …; Gemma counts for itself. */
  generation: number;
  /** What it can answer with. */
  modalities: readonly string[];
  thinking: Thinking;
  /** Whether it signs its calls, and wants the signatures back. */
  signs: boolean;
}

/** Levels of models that do not have the usual three. */
const LEVELS: readonly [RegExp, readonly string[]][] = [
  [/^gemma-4|^gemini-3\.1-flash-lite-image/, ["MINIMAL", "HIGH"]],
  [/^gemini-3-pro/, ["LOW", "HIGH"]],
  [/^gemini-3-flash|^gemini-3\.[156]-flash/, ["MINIMAL", "LOW", "MEDIUM", "HIGH"]],
];

/** The traits of a model; one whose name tells nothing is like the newest. */
export function traitsOf(name: string): ModelTraits {
  const version = modelVersionOf(name);
  const [, family, number] = /^(gemini|gemma)-(\d+(?:\.\d+)?)/.exec(version) ?? [];
  const isGemma = family === "gemma";
  const generation = number === undefined ? 4 : Number(number);
  const modalities = modalitiesOf(version);
  const speaks = modalities[0] === "TEXT" && modalities.length === 1;
  return {
    name,
    isGemma,
    generation,
    modalities,
    thinking: thinkingOf(version, { generation, speaks, isGemma }),
    signs: speaks && !isGemma && generation >= 3,
  };
}

function modalitiesOf(version: string): readonly string[] {
  if (/-tts/.test(version)) return ["AUDIO"];
  return /-image|banana/.test(version) ? ["TEXT", "IMAGE"] : ["TEXT"];
}

function thinkingOf(
  version: string,
  { generation, speaks, isGemma }: { generation: number; speaks: boolean; isGemma: boolean },
): Thinking {
  const levels = LEVELS.find(([pattern]) => pattern.test(version))?.[1];
  if (generation >= 3 && (speaks || levels !== undefined)) {
    const takesBudget = !isGemma && generation < 3.5;
    return { kind: "level", levels: levels ?? ["LOW", "MEDIUM", "HIGH"], takesBudget };
  }
  if (generation < 2.5 || !speaks) return { kind: "none" };
  if (/-pro/.test(version)) return { kind: "budget", least: 128, most: 32_768, canRest: false };
  const least = /-lite/.test(version) ? 512 : 0;
  return { kind: "budget", least, most: 24_576, canRest: true };
}
