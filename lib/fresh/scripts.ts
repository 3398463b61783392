/**
 * What is added to a document for its islands: preloads in the head, the script at the end of the body.
 *
 * @module
 */

import { type ComponentChild, Fragment, h, type VNode } from "preact";
import type { Script } from "./assets.ts";
import { writeProps } from "./island_props.ts";
import { RELOAD_SCRIPT } from "./reload.ts";
import { currentRender, type RenderState } from "./render_state.ts";

/** The last thing in the head: what the page wanted there, and what the islands met so far load. */
export function HeadEnd(): VNode | null {
  const state = currentRender();
  if (state === null) return null;
  const preloads = pathsOf(state).map((href) =>
    h("link", { key: href, rel: "modulepreload", href, nonce: state.nonce })
  );
  return h(Fragment, null, state.isShell ? state.head.takeRest() : null, preloads);
}

/** The last thing in the body. A page without islands has no script. */
export function BodyEnd(): VNode | null {
  const state = currentRender();
  if (state === null || state.hasScripts) return null;

  state.hasScripts = true;
  const text = bootScript(state);
  return h(
    Fragment,
    null,
    text === null ? null : script(state, { type: "module", text }),
    state.assets.dev ? script(state, { text: RELOAD_SCRIPT }) : null,
  );
}

/** Every script that the islands met so far need. */
function pathsOf({ assets, islands }: RenderState): string[] {
  if (assets.boot === null || islands.size === 0) return [];
  const scripts = [assets.boot, ...[...islands].map(({ file }) => assets.islands[file])];
  return [...new Set(scripts.flatMap((script) => script ? [script.path, ...script.imports] : []))];
}

function bootScript({ assets, islands, islandProps }: RenderState): string | null {
  const loadable = [...islands].flatMap((island): { name: string; line: string }[] => {
    const script = assets.islands[island.file];
    return script === undefined ? [] : [{ name: island.name, line: importLine(island, script) }];
  });
  if (assets.boot === null || loadable.length === 0) return null;

  const { text, hasSignals } = writeProps(islandProps);
  const options = [`buildId:${JSON.stringify(assets.buildId)}`];
  const imports = [`import{boot}from"${assets.boot.path}";`, ...loadable.map(({ line }) => line)];
  if (hasSignals && assets.signals !== null) {
    imports.push(`import{signal}from"${assets.signals.path}";`);
    options.push("signal");
  }
  const names = loadable.map(({ name }) => name);
  return `${imports.join("")}boot({${names}},${text},{${options}});`;
}

function importLine({ name, exportName }: { name: string; exportName: string }, { path }: Script) {
  return `import{${exportName} as ${name}}from"${path}";`;
}

function script(
  { nonce }: RenderState,
  { type = "text/javascript", text }: { type?: string; text: string },
): ComponentChild {
  return h("script", { type, nonce, dangerouslySetInnerHTML: { __html: text } });
}
