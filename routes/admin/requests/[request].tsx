import { page } from "fresh";
import { AttemptList } from "../../../components/AttemptList.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { Facts } from "../../../components/Facts.tsx";
import { Moment } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { readFailure } from "../../../lib/web/pages/request_view.ts";
import { define } from "../../../state.ts";

export const handler = define.handlers({
  async GET({ params, state }) {
    const found = await readFailure(state.admin, params["request"] ?? "");
    return page(found, { status: found === null ? 404 : 200 });
  },
});

const BACK = { href: "/admin/requests", name: "Failures" };

export default define.page<typeof handler>(function RequestPage({ data }) {
  if (data === null) {
    return (
      <>
        <PageHead title="No such failure" back={BACK} />
        <EmptyState title="This request is not remembered">
          <p>
            Only requests that failed are kept, for seven days, and not all of them when very many
            fail at once. One that was served is in the log only.
          </p>
        </EmptyState>
      </>
    );
  }
  const { id, at, ms, token, poolId, poolName, operation, model, status, wrong, attempts } = data;
  const poolHref = `/admin/pools/${poolId}`;
  return (
    <>
      <PageHead title="Failed request" back={BACK} lead={<span class="mono">{id}</span>} />
      <p class="lead-wrong">{wrong}</p>
      <Facts
        facts={[
          { name: "Over at", value: <Moment at={at} /> },
          { name: "Took", value: `${ms.toLocaleString("en-US")} ms` },
          { name: "Answered with", value: `status ${status}` },
          {
            name: "Token",
            value: <a href={`/admin/requests?token=${token.id}`}>{token.name}</a>,
          },
          {
            name: "Pool",
            value: poolName === null
              ? <span class="mono">{poolId}</span>
              : <a href={poolHref}>{poolName}</a>,
          },
          { name: "Asked for", value: operation ?? "nothing that we know" },
          { name: "Model", value: model ?? "none" },
        ]}
      />
      <section class="stack">
        <h2>What was tried</h2>
        {attempts.length > 0
          ? <AttemptList attempts={attempts} poolHref={poolHref} />
          : <p class="quiet">No key was tried: the request ended before that.</p>}
      </section>
    </>
  );
});
