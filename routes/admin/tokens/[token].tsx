import { page } from "fresh";
import { DeleteToken } from "../../../components/DeleteToken.tsx";
import { Field } from "../../../components/Field.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { PoolSelect } from "../../../components/PoolSelect.tsx";
import { TokenExamples } from "../../../components/TokenExamples.tsx";
import { TokenFacts } from "../../../components/TokenFacts.tsx";
import { TokenFields } from "../../../components/TokenFields.tsx";
import { TokenUsage } from "../../../components/TokenUsage.tsx";
import type { Management } from "../../../lib/domain/management.ts";
import type { Token } from "../../../lib/domain/token.ts";
import { attempt } from "../../../lib/web/pages/attempt.ts";
import { readTokenAction } from "../../../lib/web/pages/token_action.ts";
import { tokenDetails } from "../../../lib/web/pages/token_details.ts";
import { formOfToken, readTokenChanges, typedToken } from "../../../lib/web/pages/token_form.ts";
import { doneSentence, readTokenAddress } from "../../../lib/web/pages/token_pages.ts";
import { readForm } from "../../../lib/web/read_form.ts";
import { define } from "../../../state.ts";

export const handler = define.handlers({
  async GET({ params, req, url, state }) {
    const token = await state.admin.tokens.get(readTokenAddress(params["token"] ?? ""));
    const shown = await tokenDetails(token, { state, req });
    const done = doneSentence(url.searchParams);
    return page({ ...shown, form: formOfToken(token), done, error: null as string | null });
  },

  async POST(ctx) {
    const { params, req, state } = ctx;
    const token = await state.admin.tokens.get(readTokenAddress(params["token"] ?? ""));
    const fields = await readForm(req);
    const { value: next, error, status } = await attempt(() => act(fields, token, state.manage));
    if (next !== null) return ctx.redirect(next, 303);

    const shown = await tokenDetails(token, { state, req });
    const form = fields.get("action") === "save" ? typedToken(fields) : formOfToken(token);
    return page({ ...shown, form, done: null, error }, { status });
  },
});

/** Does what the form says, and tells where to go then. */
async function act(
  fields: URLSearchParams,
  token: Token,
  { tokens }: Management,
): Promise<string> {
  const here = `/admin/tokens/${token.id}`;
  switch (readTokenAction(fields)) {
    case "save": {
      const changes = readTokenChanges(typedToken(fields), token);
      if (Object.keys(changes).length > 0) await tokens.update(token.id, changes);
      return `${here}?done=saved`;
    }
    case "enable":
      await tokens.update(token.id, { enabled: true });
      return `${here}?done=enabled`;
    case "disable":
      await tokens.update(token.id, { enabled: false });
      return `${here}?done=disabled`;
    case "delete":
      await tokens.delete(token.id);
      return "/admin/tokens?done=deleted";
  }
}

export default define.page<typeof handler>(function TokenPage({ data }) {
  const { token, state, pools, poolName, lastUsedAt, usage, examples, form, done, error } = data;
  return (
    <>
      <PageHead title={token.name} back={{ href: "/admin/tokens", name: "Tokens" }}>
        <form method="post">
          <input type="hidden" name="action" value={token.enabled ? "disable" : "enable"} />
          <button type="submit" class="button">{token.enabled ? "Disable" : "Enable"}</button>
        </form>
      </PageHead>
      {done !== null && <Notice kind="done">{done}</Notice>}
      {error !== null && <Notice kind="error">{error}</Notice>}
      <TokenFacts {...{ token, state, poolName, lastUsedAt }} />
      <TokenUsage rows={usage} />
      <section class="card" aria-labelledby="settings">
        <h2 id="settings">Settings</h2>
        <form method="post" class="token-form">
          <input type="hidden" name="action" value="save" />
          <div class="grid">
            <Field
              label="Name"
              name="name"
              required
              maxLength={100}
              autocomplete="off"
              value={form.name}
            />
            <PoolSelect pools={pools} chosen={form.poolId} />
          </div>
          <TokenFields form={form} />
          <div class="actions">
            <button type="submit" class="button primary">Save</button>
          </div>
        </form>
      </section>
      <TokenExamples examples={examples} />
      <DeleteToken name={token.name} />
    </>
  );
});
