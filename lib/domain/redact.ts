/**
 * Takes secrets out of texts that leave us: messages of Google's, causes and stacks in logs.
 *
 * The promise is SEC-C2 and SEC-C7: what looks like a credential does not get through, wherever in a
 * text it stands, be it quoted, escaped or percent-encoded. Hiding a harmless word too is the price
 * and is paid gladly. Every pattern is linear: no quantifier without a bound meets another, and what
 * a match consumed is not looked at again. Placeholders are left alone by a second run.
 *
 * @module
 */

/** A live secret shorter than this, in characters, would hide ordinary words; it is ignored. */
const SHORTEST_SECRET = 8;

// `=`, `:` and the quotes around them, as they are and as JSON and URLs write them.
const EQUALS = String.raw`["'\\]{0,4}(?:=|%3d|\\u003d)["'\\]{0,4}`;
const IS = String.raw`["'\\]{0,4}\s?(?:[:=]|%3[ad]|\\u003[ad])\s?["'\\]{0,4}`;
const CREDENTIAL = [
  String.raw`Bearer(?:\s|%20|\+){1,3}`,
  String.raw`consumer(?:${IS}|\s["'\\]{1,4})`,
  `api[_-]?key${IS}`,
  `(?:key|token|secret|signature|upload_id)${EQUALS}`,
].join("|");
const PROJECT = String.raw`project(?:[ _]?(?:number|id))?(?:${IS}|(?:[\s#]|%20){1,2})`;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // By the name before it. Names may follow each other, as in `consumer 'api_key: …'`.
  [new RegExp(String.raw`((?:${CREDENTIAL}){1,4})[^\s"'<>&]+`, "gi"), "$1[hidden]"],
  [/(projects(?:\\?\/|%2F))\d+/gi, "$1[number]"],
  [new RegExp(String.raw`(${PROJECT})\d{4,}`, "gi"), "$1[number]"],
  // By its looks: Gemini keys of both kinds, our tokens, Google's OAuth access tokens.
  [/AIza[\w-]{6,}/g, "[key]"],
  [/AQ(?:\.|%2E)[\w.-]{10,}/gi, "[key]"],
  [/gkr_[\w-]{6,}/g, "[token]"],
  [/ya29(?:\.|%2E)[\w.~+/%-]+/gi, "[token]"],
  // Whoever has the address of an upload may write to it.
  [/googleapis\.com(?:\/|%2F|\\u002f)upload[^\s"'<>]*/gi, "[upload]"],
];

const OURS_TO_HIDE = /(?:googleapis|google|googleusercontent|cloudflare)\.(?:com|dev)/i;
const QUERY = /\?|%3F|\\u003F/i;

/**
 * Replaces keys, tokens, project numbers and the queries of Google's and Cloudflare's URLs by short
 * fixed placeholders.
 *
 * @param secrets live secrets to replace as well, whatever they look like; of 8 characters or more.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of spellings(secrets)) clean = clean.replaceAll(secret, "[secret]");
  for (const [pattern, placeholder] of PATTERNS) clean = clean.replace(pattern, placeholder);
  return clean.replace(/[^\s"'<>]+/g, withoutQuery);
}

/**
 * Writes control characters other than line feed and tab as `\u001b`, so that a line of a log cannot
 * move a terminal's cursor or hide what follows. Line and paragraph separators count as well.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[^\P{Cc}\n\t]|[\u2028\u2029]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Each secret as it is, as JSON writes it and as URLs do; longest first, as one may begin another. */
function spellings(secrets: Iterable<string>): readonly string[] {
  const all = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    all.add(secret);
    all.add(JSON.stringify(secret).slice(1, -1));
    all.add(encodeURIComponent(secret.toWellFormed()));
  }
  return [...all].sort((a, b) => b.length - a.length);
}

function withoutQuery(word: string): string {
  const host = word.search(OURS_TO_HIDE);
  if (host === -1) return word;
  const query = QUERY.exec(word.slice(host));
  if (query === null) return word;
  const end = host + query.index + query[0].length;
  return end === word.length ? word : `${word.slice(0, end)}[query]`;
}
