import CopyButton from "../islands/CopyButton.tsx";

/** Ways to use a token, each ready to paste; the first is open. */
export function TokenExamples(
  { examples }: { examples: readonly { readonly title: string; readonly code: string }[] },
) {
  return (
    <section class="card" aria-labelledby="examples">
      <h2 id="examples">How to use it</h2>
      <div class="examples">
        {examples.map(({ title, code }, index) => (
          <details key={title} open={index === 0}>
            <summary>{title}</summary>
            <div class="example">
              <pre id={`example-${index}`}><code>{code}</code></pre>
              <CopyButton from={`example-${index}`} what={`the example for ${title}`} />
            </div>
          </details>
        ))}
      </div>
    </section>
  );
}
