/**
 * What an answer adds to a chat, bit by bit.
 *
 * A stream sends these one by one, an answer in one piece is all of them merged: so both say the same.
 *
 * @module
 */

import type { ChatCompletion } from "openai/resources/chat/completions";
import type { Annotation } from "./annotations.ts";
import type { ExtraContent } from "./extra_content.ts";

/** What is added to the message of one choice. */
export interface ChoiceDelta {
  /** Which choice. */
  readonly index: number;
  /** What is added to its message. */
  readonly delta: MessageDelta;
  /** How likely its tokens were. */
  readonly logprobs: ChatCompletion.Choice.Logprobs | null;
}

/** What is added to a message. */
export interface MessageDelta {
  /** Text. */
  readonly content?: string;
  /** What the model thought, in its own summary. */
  readonly reasoning_content?: string;
  /** That there is no answer, and why. */
  readonly refusal?: string;
  /** Calls, each of them whole. */
  readonly tool_calls?: readonly CallDelta[];
  /** A call in the older form. */
  readonly function_call?: CalledFunction;
  /** Images, as other gateways give them out. */
  readonly images?: readonly ImageDelta[];
  /** Sound. */
  readonly audio?: AudioDelta;
  /** The sources of the whole text. */
  readonly annotations?: readonly Annotation[];
  /** What OpenAI has no place for. */
  readonly extra_content?: ExtraContent;
}

/** A call of a function, or of a tool that takes one text. */
export type CallDelta = CallPlace & (FunctionCallDelta | CustomCallDelta);

/** Where a call stands. */
export interface CallPlace {
  /** Counts the calls of the choice, over the whole stream. */
  readonly index: number;
  /** By which its result refers to it. */
  readonly id: string;
  /** Its thought signature. */
  readonly extra_content?: ExtraContent;
}

/** A call of a function. */
export interface FunctionCallDelta {
  /** Tells the two apart. */
  readonly type: "function";
  /** Which, and with what. */
  readonly function: CalledFunction;
}

/** A call of a tool that takes one text. */
export interface CustomCallDelta {
  /** Tells the two apart. */
  readonly type: "custom";
  /** Which, and with what. */
  readonly custom: { readonly name: string; readonly input: string };
}

/** A function and its arguments. */
export interface CalledFunction {
  /** As the client declared it. */
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** An image. */
export interface ImageDelta {
  /** As in a message. */
  readonly type: "image_url";
  /** Counts the images of the choice. */
  readonly index: number;
  /** A data URL, or where Google keeps it. */
  readonly image_url: { readonly url: string };
  /** Its thought signature. */
  readonly extra_content?: ExtraContent;
}

/** Sound, or more of it. */
export interface AudioDelta {
  /** The same for all of it. */
  readonly id?: string;
  /** Until when it could be referred to: it cannot, so it is the moment of the answer. */
  readonly expires_at?: number;
  /** Base64 of the next samples. */
  readonly data: string;
  /** Gemini writes none. */
  readonly transcript?: string;
}
