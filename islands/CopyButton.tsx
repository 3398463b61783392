import { useEffect, useState } from "preact/hooks";

/** Copies what stands in another element. It shows itself once it can: without scripts people select. */
export default function CopyButton({ from, what }: { from: string; what: string }) {
  const [isLive, setLive] = useState(false);
  const [said, setSaid] = useState("Copy");
  useEffect(() => setLive(true), []);

  async function copy() {
    const source = document.getElementById(from);
    if (source === null) return;
    try {
      await navigator.clipboard.writeText(textOf(source));
      setSaid("Copied");
    } catch {
      // Browsers give the clipboard to pages by https only.
      select(source);
      setSaid("Selected");
    }
    setTimeout(() => setSaid("Copy"), 2_000);
  }

  return (
    <button type="button" class="button small" hidden={!isLive} onClick={copy}>
      <span aria-live="polite">{said}</span>
      <span class="sr-only">{` ${what}`}</span>
    </button>
  );
}

function textOf(source: HTMLElement): string {
  return source instanceof HTMLInputElement ? source.value : source.textContent ?? "";
}

function select(source: HTMLElement) {
  if (source instanceof HTMLInputElement) source.select();
  else getSelection()?.selectAllChildren(source);
}
