import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { recordOf, recordsOf, textOf } from "../../../lib/protocol/json.ts";
import { annotationsOf } from "../../../lib/protocol/openai/annotations.ts";
import { recordedAnswers } from "../../support/recorded.ts";
import { completionOf } from "./answers.ts";
import { mergeResponses } from "./merge_responses.ts";

const A = { web: { uri: "https://example.com/a", title: "A" } };
const B = { web: { uri: "https://example.com/b" } };

Deno.test("5 a citation names the page, its title, and the characters that rest on it", () => {
  const citations = annotationsOf({
    groundingChunks: [A],
    groundingSupports: [{
      segment: { startIndex: 4, endIndex: 7, text: "sky" },
      groundingChunkIndices: [0],
    }],
  }, "The sky");

  deepEqual(citations, [{
    type: "url_citation",
    url_citation: { url: "https://example.com/a", title: "A", start_index: 4, end_index: 7 },
  }]);
});

Deno.test("5 a place that rests on two pages is cited twice, and a page without a title by its address", () => {
  const citations = annotationsOf({
    groundingChunks: [A, B],
    groundingSupports: [{ segment: { endIndex: 3, text: "The" }, groundingChunkIndices: [0, 1] }],
  }, "The sky");

  deepEqual(
    citations.map(({ url_citation }) => url_citation.title),
    ["A", "https://example.com/b"],
  );
});

for (
  const [what, text, segment, cited] of [
    ["characters of two bytes", "Grüße an Jürgen", { startIndex: 11, endIndex: 18 }, "Jürgen"],
    ["characters of three bytes", "日本語です", { startIndex: 9, endIndex: 15 }, "です"],
    ["emoji, each of which is one", "😀😀 hi", { startIndex: 9, endIndex: 11 }, "hi"],
    ["no startIndex as the beginning", "Hi you", { endIndex: 2 }, "Hi"],
    ["an index inside a character from before it", "äb", { startIndex: 1, endIndex: 3 }, "äb"],
    ["an end behind the text as its end", "Hi", { startIndex: 0, endIndex: 99 }, "Hi"],
  ] as const
) {
  Deno.test(`5 annotationsOf() counts ${what}`, () => {
    equal(citedIn(text, segment), cited);
  });
}

for (
  const [what, text, segment, cited] of [
    [
      "finds a text that stands a few bytes from where Google says",
      "Über den Himmel",
      { startIndex: 7, endIndex: 13, text: "Himmel" },
      "Himmel",
    ],
    [
      "takes the nearest of several",
      "sky is sky and sky",
      { startIndex: 8, endIndex: 11, text: "sky" },
      "sky@7",
    ],
    [
      "takes the nearest when it is behind",
      "sky is sky and sky",
      { startIndex: 13, endIndex: 16, text: "sky" },
      "sky@15",
    ],
    [
      "believes Google when the text is nowhere",
      "The sky is blue",
      { startIndex: 4, endIndex: 7, text: "moon" },
      "sky",
    ],
  ] as const
) {
  Deno.test(`5 annotationsOf() ${what}`, () => {
    const [word = "", place] = cited.split("@");
    const [citation] = annotationsOf(supportedBy(segment), text);
    const { start_index = -1, end_index = -1 } = citation?.url_citation ?? {};

    equal([...text].slice(start_index, end_index).join(""), word);
    equal(String(start_index), place ?? String(start_index));
  });
}

for (
  const [what, uri, url] of [
    ["keeps an address as it is", "https://example.com/?q=a+b&c=%20", undefined],
    ["encodes what an address may not hold", "https://example.com/?q=a b", "a%20b"],
    ["encodes what is not ASCII", "https://example.com/?q=é", "%C3%A9"],
    ["encodes a per cent sign that stands for nothing", "https://example.com/?q=5%", "5%25"],
  ] as const
) {
  Deno.test(`5 annotationsOf() ${what}`, () => {
    const [citation] = annotationsOf(supportedBy({}, uri), "Hi");

    equal(citation?.url_citation.url, url === undefined ? uri : `https://example.com/?q=${url}`);
  });
}

Deno.test("5 annotationsOf() cites nothing that is no page of the web", () => {
  const uris = ["", "a page", "javascript:alert(1)", "gs://bucket/file", "https://", 7, null];

  deepEqual(uris.flatMap((uri) => annotationsOf(supportedBy({}, uri), "Hi")), []);
});

for (
  const [what, grounding] of [
    ["no supports", { groundingChunks: [A] }],
    ["no chunks", { groundingSupports: [{ segment: {}, groundingChunkIndices: [0] }] }],
    ["an index beyond the chunks", supportedByIndices([7, -1, 0.5, "0"])],
    ["a chunk of another kind", {
      groundingChunks: [{ maps: { uri: "https://maps.example.com" } }],
      groundingSupports: [{ groundingChunkIndices: [0] }],
    }],
    ["nothing as expected", { groundingChunks: {}, groundingSupports: [1, { segment: "a" }] }],
  ] as const
) {
  Deno.test(`5 annotationsOf() gives nothing for ${what}`, () => {
    deepEqual(annotationsOf(grounding, "Hi"), []);
  });
}

Deno.test("5 every citation of every recording holds the text that it says it holds", () => {
  const grounded = recordedAnswers().map(({ responses }) => mergeResponses(responses))
    .map((response) => ({ response, grounding: groundingOf(response) }))
    .filter(({ grounding }) => recordsOf(grounding?.groundingSupports).length > 0);
  const citedTexts = grounded.map(({ response }) => {
    const message = completionOf(response).choices[0]?.message;
    const characters = [...message?.content ?? ""];
    return message?.annotations?.map(({ url_citation: { start_index, end_index } }) =>
      characters.slice(start_index, end_index).join("")
    ) ?? [];
  });
  const googles = grounded.map(({ grounding }) =>
    new Set(
      recordsOf(grounding?.groundingSupports)
        .map(({ segment }) => textOf(recordOf(segment)?.text)),
    )
  );

  deepEqual(
    citedTexts.flatMap((texts, at) => texts.filter((text) => !googles[at]?.has(text))),
    [],
  );
  equal(citedTexts.flat().length > 50, true);
});

function groundingOf(response: ReturnType<typeof mergeResponses>) {
  return recordOf(recordsOf(response.candidates)[0]?.groundingMetadata);
}

function supportedBy(segment: object, uri: unknown = "https://example.com") {
  return {
    groundingChunks: [{ web: { uri } }],
    groundingSupports: [{ segment, groundingChunkIndices: [0] }],
  };
}

function supportedByIndices(groundingChunkIndices: readonly unknown[]) {
  return { groundingChunks: [A], groundingSupports: [{ segment: {}, groundingChunkIndices }] };
}

/** The characters that the only citation names. */
function citedIn(text: string, segment: object): string {
  const [citation] = annotationsOf(supportedBy(segment), text);
  const { start_index, end_index } = citation?.url_citation ?? {};
  return [...text].slice(start_index, end_index).join("");
}
