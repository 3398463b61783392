import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { parse } from "devalue";
import fc from "fast-check";
import { h } from "preact";
import { writeProps } from "../../lib/fresh/island_props.ts";

/** What the browser makes of it: a JavaScript string first. */
function read(text: string): unknown {
  return parse(JSON.parse(text), { Signal: ([value]: [unknown]) => signal(value) });
}

function roundTrip(value: object): unknown {
  return read(writeProps([value]).text);
}

Deno.test("writeProps() keeps dates, maps, sets, bigints and what is not there", () => {
  const props = {
    at: new Date(0),
    by: new Map([["a", new Set([1n])]]),
    none: undefined,
    nothing: null,
    cycle: [] as unknown[],
  };
  props.cycle.push(props);

  const [read] = roundTrip(props) as (typeof props)[];

  assert.deepEqual([read?.at, read?.by, read?.nothing], [props.at, props.by, null]);
  assert.equal(read?.cycle[0], read);
});

Deno.test("writeProps() keeps a signal of two islands one signal", () => {
  const count = signal<number | undefined>(7);

  const { text, hasSignals } = writeProps([{ count }, { count, empty: signal(undefined) }]);
  const [one, other] = read(text) as { count: typeof count }[];

  assert.ok(hasSignals);
  assert.equal(one?.count.value, 7);
  assert.equal(one?.count, other?.count);
  assert.equal(writeProps([{}]).hasSignals, false);
});

Deno.test("writeProps() lets no text end its script", () => {
  const nasty = ["</script>", "<!--", "]]>", "\u2028\u2029", `"'\\`, "\u0000"];

  const { text } = writeProps([{ nasty, ["</script>"]: 1 }]);

  assert.doesNotMatch(text, /[<>\u2028\u2029\n]/);
  assert.deepEqual(read(text), [{ nasty, ["</script>"]: 1 }]);
});

Deno.test("writeProps() refuses what would become a prototype", () => {
  const props = JSON.parse(`{"__proto__":{"isAdmin":true}}`);

  assert.throws(() => writeProps([{ props }]), /Cannot send props of islands to the browser/);
});

Deno.test("writeProps() refuses functions and JSX, and says where they are", () => {
  assert.throws(() => writeProps([{ onSave: () => {} }]), /at \[0\]\.onSave/);
  assert.throws(() => writeProps([{ children: h("p", null) }]), /islands take data, not JSX/);
});

Deno.test("writeProps() writes any JSON so that it is read as it was", () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    fc.pre(!JSON.stringify(value).includes("__proto__"));
    const { text } = writeProps([{ value: value as object }]);
    assert.doesNotMatch(text, /[<>\u2028\u2029]/);
    assert.deepEqual(read(text), [{ value }]);
  }));
});
