import CopyButton from "../islands/CopyButton.tsx";
import type { NewToken } from "../lib/domain/management.ts";
import { KeysReport } from "./KeysReport.tsx";
import { Notice } from "./Notice.tsx";
import { TokenExamples } from "./TokenExamples.tsx";

/** A token, this once. */
export function MadeToken(
  { made, examples }: {
    made: NewToken;
    examples: readonly { readonly title: string; readonly code: string }[];
  },
) {
  return (
    <>
      <Notice kind="warning">
        <p>
          Copy the token now. It is shown this once: we keep only its digest, and cannot show it
          again.
        </p>
      </Notice>
      <section class="card" aria-labelledby="the-token">
        <h2 id="the-token">
          <label for="token">Token</label>
        </h2>
        <div class="copied">
          <input id="token" value={made.token} readonly autocomplete="off" />
          <CopyButton from="token" what="the token" />
        </div>
      </section>
      {made.keys !== null && <KeysReport report={made.keys} />}
      <TokenExamples examples={examples} />
    </>
  );
}
