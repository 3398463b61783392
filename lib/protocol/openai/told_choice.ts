/**
 * One choice of an answer, as far as it has been told.
 *
 * Text, thoughts, calls and sound are told as they come. What clients would have to merge by other rules
 * is told once, at the end: some let the last of two signatures win, some join them, and some keep only
 * the last list of images.
 *
 * @module
 */

import type { SignedCall } from "../../domain/ports.ts";
import { canonicalJson } from "../exact_json.ts";
import type { CalledFunction, Candidate, Piece } from "../gemini/generate/answer_reader.ts";
import { endingOf } from "../gemini/generate/finish_reason.ts";
import type { FunctionNames } from "../gemini/generate/function_names.ts";
import type { JsonRecord } from "../json.ts";
import { annotationsOf } from "./annotations.ts";
import type { AudioDelta, CallDelta, ImageDelta, MessageDelta } from "./chat_delta.ts";
import type { ExtraContent, GoogleExtras } from "./extra_content.ts";

/** What it takes to tell a choice in the client's words. */
export interface TellingOptions {
  /** Functions by the client's own names. */
  readonly names: FunctionNames;
  /** Tools that take one text, by the client's names. */
  readonly custom: ReadonlySet<string>;
  /** Whether the client declared its functions in the older form, and so expects calls in it. */
  readonly isLegacy: boolean;
  /** Makes an id for a call, or for a sound. */
  readonly newId: () => string;
  /** The moment of the answer, in seconds since 1970. */
  readonly created: number;
}

/** One choice. */
export class ToldChoice {
  readonly #options: TellingOptions;
  readonly #images: ImageDelta[] = [];
  readonly #callIds = new Set<string>();
  #calls = 0;
  #audioId: string | null = null;
  #content = "";
  #signature: string | null = null;
  /** Calls whose signatures Gemini will want to see again. */
  readonly signedCalls: SignedCall[] = [];

  /** Nothing has been told. */
  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** Whether it calls a function. */
  get callsFunctions(): boolean {
    return this.#calls > 0;
  }

  /** What a piece adds; null when it adds nothing yet. */
  tell(piece: Exclude<Piece, { kind: "logprobs" }>): MessageDelta | null {
    switch (piece.kind) {
      case "text":
        this.#signature = piece.signature ?? this.#signature;
        return piece.text === "" ? null : this.#say(piece.text);
      case "thought":
        return { reasoning_content: piece.text };
      case "call":
        return this.#call(piece);
      case "media":
        return piece.mimeType.startsWith("audio/")
          ? { audio: this.#sound(piece.data) }
          : this.#image(`data:${piece.mimeType};base64,${piece.data}`, piece.signature);
      case "file":
        return this.#image(piece.uri, null);
      case "code":
        return this.#say(fenced(piece.language, piece.code));
      case "code_result":
        return this.#say(fenced("", piece.output));
    }
  }

  /** What can only be told of the whole; null when there is nothing. */
  whole(candidate: Candidate): MessageDelta | null {
    const { serverSteps, grounding, urlContext, continuationToken, finishReason } = candidate;
    const continues = endingOf(finishReason ?? "") === "continues";
    const google: GoogleExtras = {
      ...(this.#signature !== null && { thought_signature: this.#signature }),
      ...(serverSteps.length > 0 && { tool_parts: serverSteps }),
      ...(grounding !== null && { grounding_metadata: grounding }),
      ...(urlContext !== null && { url_context_metadata: urlContext }),
      ...(continues && continuationToken !== null && { continuation_token: continuationToken }),
    };
    const annotations = grounding === null ? [] : annotationsOf(grounding, this.#content);
    const whole: MessageDelta = {
      ...(this.#images.length > 0 && { images: this.#images }),
      ...(annotations.length > 0 && { annotations }),
      ...(Object.keys(google).length > 0 && { extra_content: { google } }),
    };
    return Object.keys(whole).length === 0 ? null : whole;
  }

  #say(text: string): MessageDelta {
    this.#content += text;
    return { content: text };
  }

  #call({ id, name, args, signature }: CalledFunction): MessageDelta | null {
    const { names, custom, isLegacy, newId } = this.#options;
    const count = this.#calls++;
    const ours = names.toClient(name);
    // Clients tell results by these, so that two calls must not share one.
    const callId = id === null || this.#callIds.has(id) ? `call_${newId()}` : id;
    this.#callIds.add(callId);
    if (signature !== null) {
      this.signedCalls.push({ callId, name, args: canonicalJson(args), signature });
    }
    if (isLegacy) {
      // The older form has room for one call; clients would join the texts of two.
      return count > 0 ? null : { function_call: { name: ours, arguments: JSON.stringify(args) } };
    }
    const place = { index: count, id: callId };
    const call: CallDelta = custom.has(ours)
      ? { ...place, type: "custom", custom: { name: ours, input: inputIn(args) } }
      : { ...place, type: "function", function: { name: ours, arguments: JSON.stringify(args) } };
    return { tool_calls: [{ ...call, ...signed(signature) }] };
  }

  #image(url: string, signature: string | null): null {
    const index = this.#images.length;
    this.#images.push({ type: "image_url", index, image_url: { url }, ...signed(signature) });
    return null;
  }

  #sound(data: string): AudioDelta {
    if (this.#audioId !== null) return { data };
    this.#audioId = `audio_${this.#options.newId()}`;
    return { id: this.#audioId, expires_at: this.#options.created, data, transcript: "" };
  }
}

function signed(signature: string | null): { extra_content?: ExtraContent } {
  return signature === null ? {} : { extra_content: { google: { thought_signature: signature } } };
}

/** What a tool that takes one text is to get, should the model have put something else in its place. */
function inputIn({ input = "" }: JsonRecord): string {
  return typeof input === "string" ? input : JSON.stringify(input);
}

function fenced(language: string, text: string): string {
  return `\n\`\`\`${language}\n${text.replace(/\n$/, "")}\n\`\`\`\n`;
}
