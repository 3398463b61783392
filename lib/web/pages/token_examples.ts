/**
 * How clients use a token, ready to paste.
 *
 * @module
 */

import type { Token } from "../../domain/token.ts";
import { ownOrigin } from "../sign_in/own_origin.ts";
import type { Setup } from "./page_state.ts";

/** One way to ask. */
export interface TokenExample {
  /** What it is for; also what tells it from the others. */
  readonly title: string;
  /** To paste. */
  readonly code: string;
}

/** Stands where the token goes, once nobody can see it any more. */
export const UNSEEN_TOKEN = "gkr_…";

/** What is asked where a token may ask for anything. */
const USUAL_MODEL = "gemini-3.6-flash";

/** What the examples are written with. */
export interface ExampleFacts {
  /** Where we are. */
  readonly origin: string;
  /** The token, or {@linkcode UNSEEN_TOKEN}. */
  readonly token: string;
  /** One that the token may name. */
  readonly model: string;
}

/** Where we are: `PUBLIC_URL`, or else where this request found us. */
export function exampleOrigin(
  request: Pick<Request, "url">,
  { publicUrl }: Pick<Setup, "publicUrl">,
): string {
  return ownOrigin(publicUrl)(request) ?? new URL(request.url).origin;
}

/** A model that a token may name. */
export function exampleModel({ allowedModels }: Pick<Token, "allowedModels">): string {
  const models = allowedModels ?? [];
  return models.includes(USUAL_MODEL) ? USUAL_MODEL : models[0] ?? USUAL_MODEL;
}

/** A way to ask for everything that clients usually are. */
export function tokenExamples({ origin, token, model }: ExampleFacts): readonly TokenExample[] {
  const openAiUrl = `${origin}/v1`;
  return [
    {
      title: "curl, Gemini's API",
      code: `curl -s '${origin}/v1beta/models/${model}:generateContent' \\
  -H 'x-goog-api-key: ${token}' \\
  -d '{"contents":[{"parts":[{"text":"Say hello"}]}]}'`,
    },
    {
      title: "curl, OpenAI's API",
      code: `curl -s '${openAiUrl}/chat/completions' \\
  -H 'Authorization: Bearer ${token}' \\
  -d '{"model":"${model}","messages":[{"role":"user","content":"Say hello"}]}'`,
    },
    {
      title: "OpenAI SDK, Python",
      code: `from openai import OpenAI

client = OpenAI(api_key="${token}", base_url="${openAiUrl}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Say hello"}],
)
print(answer.choices[0].message.content)`,
    },
    {
      title: "OpenAI SDK, JavaScript",
      code: `import OpenAI from "openai";

const ai = new OpenAI({ apiKey: "${token}", baseURL: "${openAiUrl}" });
const answer = await ai.chat.completions.create({
  model: "${model}",
  messages: [{ role: "user", content: "Say hello" }],
});
console.log(answer.choices[0].message.content);`,
    },
    {
      title: "Google SDK, Python",
      code: `from google import genai

client = genai.Client(
    api_key="${token}",
    http_options={"base_url": "${origin}"},
)
answer = client.models.generate_content(model="${model}", contents="Say hello")
print(answer.text)`,
    },
    {
      title: "Google SDK, JavaScript",
      code: `import { GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({ apiKey: "${token}", httpOptions: { baseUrl: "${origin}" } });
const answer = await ai.models.generateContent({ model: "${model}", contents: "Say hello" });
console.log(answer.text);`,
    },
  ];
}
