import { page } from "fresh";
import { CursorLinks } from "../../../components/CursorLinks.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { TokenTable } from "../../../components/TokenTable.tsx";
import { doneSentence, poolNames, readTokensPage } from "../../../lib/web/pages/token_pages.ts";
import { limitsInWords, tokenState } from "../../../lib/web/pages/token_view.ts";
import { define } from "../../../state.ts";

export const handler = define.handlers({
  async GET({ url, state: { admin } }) {
    const { searchParams: search } = url;
    const asked = readTokensPage(search);
    const { items, cursor: next } = await admin.tokens.list(asked);
    const names = await poolNames(admin.pools, items.map(({ poolId }) => poolId));
    const lastUsed = await admin.usage.lastUsed(items.map(({ id }) => id));
    const now = admin.clock.now();
    return page({
      done: doneSentence(search),
      cursor: asked.cursor ?? null,
      next,
      rows: items.map((token) => ({
        token,
        state: tokenState(token, now),
        limits: limitsInWords(token),
        poolName: names.get(token.poolId) ?? token.poolId,
        lastUsedAt: lastUsed.get(token.id) ?? null,
      })),
    });
  },
});

export default define.page<typeof handler>(function Tokens({ data }) {
  const { done, cursor, next, rows } = data;
  const isEmpty = cursor === null && rows.length === 0;
  return (
    <>
      <PageHead title="Tokens" lead="What your clients use in the place of a Gemini key.">
        {!isEmpty && <NewTokenLink />}
      </PageHead>
      {done !== null && <Notice kind="done">{done}</Notice>}
      {isEmpty
        ? (
          <EmptyState title="No tokens yet">
            <p>
              Make one for each client, with a pool that is there or with keys of its own. The
              client then asks this service, with the token where it had a Gemini key.
            </p>
            <NewTokenLink />
          </EmptyState>
        )
        : <TokenTable rows={rows} />}
      <CursorLinks path="/admin/tokens" cursor={cursor} next={next} name="Pages of tokens" />
    </>
  );
});

function NewTokenLink() {
  return <a class="button primary" href="/admin/tokens/new">New token</a>;
}
