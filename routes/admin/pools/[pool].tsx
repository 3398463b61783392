import { page } from "fresh";
import { AddedKeys } from "../../../components/AddedKeys.tsx";
import { AddKeysForm } from "../../../components/AddKeysForm.tsx";
import { DeletePool } from "../../../components/DeletePool.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { PoolKeys } from "../../../components/PoolKeys.tsx";
import { PoolSettingsForm } from "../../../components/PoolSettingsForm.tsx";
import { PoolStats } from "../../../components/PoolStats.tsx";
import { RefusedKeys } from "../../../components/RefusedKeys.tsx";
import { TestedKeys } from "../../../components/TestedKeys.tsx";
import { attempt } from "../../../lib/web/pages/attempt.ts";
import { poolDoneAddress, poolDoneSentence } from "../../../lib/web/pages/pool_done.ts";
import { readPoolOrder } from "../../../lib/web/pages/pool_order.ts";
import { carryOut, type PoolOutcome } from "../../../lib/web/pages/pool_outcome.ts";
import { typedInPool } from "../../../lib/web/pages/pool_typed.ts";
import { poolIdOf, readPool } from "../../../lib/web/pages/pool_view.ts";
import { readForm } from "../../../lib/web/read_form.ts";
import { define } from "../../../state.ts";

const POOLS = "/admin/pools";
const NOTHING_SAID = { outcome: null as PoolOutcome | null, error: null as string | null };

export const handler = define.handlers({
  async GET({ state, url, params }) {
    const view = await readPool(state.admin, poolIdOf(params.pool), url.searchParams);
    return page({ view, typed: typedInPool(view.pool, new URLSearchParams()), ...NOTHING_SAID });
  },
  async POST(ctx) {
    const { admin, manage } = ctx.state;
    const pool = poolIdOf(ctx.params.pool);
    const search = ctx.url.searchParams;
    const form = await readForm(ctx.req);
    const { value: outcome, error, status } = await attempt(async () =>
      await carryOut(readPoolOrder(form), { pool, manage, admin })
    );
    if (outcome?.kind === "done") {
      const isGone = outcome.done === "gone";
      const back = isGone ? POOLS : `${POOLS}/${pool}`;
      const cursor = isGone ? null : search.get("cursor");
      return ctx.redirect(poolDoneAddress(back, cursor, outcome.done), 303);
    }
    const view = await readPool(admin, pool, search);
    const typed = typedInPool(view.pool, error === null ? new URLSearchParams() : form);
    return page({ view, typed, outcome, error }, {
      status: outcome?.kind === "partly" ? outcome.status : status,
    });
  },
});

export default define.page<typeof handler>(function PoolPage({ data, url }) {
  const { view: { pool, counts, keys, cursor }, typed, outcome, error } = data;
  const path = `${POOLS}/${pool.id}`;
  const here = cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`;
  const done = outcome === null && error === null ? poolDoneSentence(url.searchParams) : null;
  const isEmpty = keys.items.length === 0 && cursor === null;
  return (
    <>
      <PageHead title={pool.name} back={{ href: POOLS, name: "Pools" }}>
        <a class="button" href="#settings">Settings</a>
        <a class="button primary" href="#add">Add keys</a>
      </PageHead>
      {error !== null && <Notice kind="error">{error}</Notice>}
      {done !== null && <Notice kind="done">{done}</Notice>}
      {outcome?.kind === "added" && <AddedKeys report={outcome.report} />}
      {outcome?.kind === "tested" && <TestedKeys tests={outcome.tests} keys={keys.items} />}
      {outcome?.kind === "partly" && <RefusedKeys {...outcome} />}
      <PoolStats counts={counts} />
      {isEmpty
        ? (
          <EmptyState title="No keys yet">
            <p>Paste your Gemini keys below. They serve as soon as they are added.</p>
          </EmptyState>
        )
        : <PoolKeys keys={keys} path={path} here={here} cursor={cursor} edited={typed.edited} />}
      <div class="grid">
        <section id="add" class="card">
          <h2>Add keys</h2>
          <AddKeysForm here={here} project={typed.project} />
        </section>
        <section id="settings" class="card">
          <h2>Settings</h2>
          <PoolSettingsForm here={here} typed={typed} />
          <DeletePool here={here} counts={counts} />
        </section>
      </div>
    </>
  );
});
