// Written by "deno task manifest" from routes/ and islands/. Do not edit.

/** What answers requests, and what also runs in browsers. */
const manifest = {
  routes: {},
  islands: {},
  baseUrl: import.meta.url,
};

export default manifest;
