import { page } from "fresh";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PoolMeter } from "../../components/PoolMeter.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { WindowCard } from "../../components/WindowCard.tsx";
import { sumsItem } from "../../lib/web/admin/usage_item.ts";
import { readWindows } from "../../lib/web/admin/windows.ts";
import { attempt } from "../../lib/web/pages/attempt.ts";
import { concernsOf } from "../../lib/web/pages/concerns.ts";
import { readPools } from "../../lib/web/pages/pool_view.ts";
import { define } from "../../state.ts";

/** As many pools as a page of their list shows. */
const FIRST_PAGE = new URLSearchParams();

export const handler = define.handlers({
  async GET({ state: { admin } }) {
    const pools = await readPools(admin, FIRST_PAGE);
    // Of very many pools and models more is counted than one page can add up.
    const { value: windows, error } = await attempt(() =>
      readWindows(admin.usage, admin.clock.now())
    );
    return page({ pools: pools.items, more: pools.cursor !== null, windows, error });
  },
});

export default define.page<typeof handler>(function Overview({ data }) {
  const { pools, more, windows, error } = data;
  const concerns = concernsOf(pools, sumsItem(windows?.hour.sums ?? {}));
  const isWell = concerns.length === 0 && pools.length > 0 && !more && error === null;
  return (
    <>
      <PageHead
        title="Overview"
        lead={isWell && "Everything is all right."}
      />
      {concerns.length > 0 && (
        <div class="stack">
          {concerns.map(({ kind, text, action }) => (
            <Notice key={text} kind={kind}>
              <p>
                {text} <a href={action.href}>{action.name}</a>
              </p>
            </Notice>
          ))}
        </div>
      )}
      {pools.length === 0 && (
        <EmptyState title="No keys yet">
          <p>
            A token is what your clients present; its pool holds the Gemini keys that serve it. Make
            a token and paste your keys, and both are ready.
          </p>
          <a class="button primary" href="/admin/tokens/new">Make the first token</a>
        </EmptyState>
      )}
      {error !== null && <Notice kind="warning">{error}</Notice>}
      {windows !== null && (
        <div class="grid">
          <WindowCard title="This hour and the last" sums={sumsItem(windows.hour.sums)} />
          <WindowCard title="Last day" sums={sumsItem(windows.day.sums)} />
          <WindowCard title="Last week" sums={sumsItem(windows.week.sums)} />
        </div>
      )}
      {pools.length > 0 && (
        <section class="stack">
          <h2>Pools</h2>
          <ul class="grid plain">
            {pools.map(({ pool, counts }) => (
              <li key={pool.id} class="card">
                <h3>
                  <a href={`/admin/pools/${pool.id}`}>{pool.name}</a>
                </h3>
                <PoolMeter counts={counts} />
              </li>
            ))}
          </ul>
          {more && <a href="/admin/pools">All pools</a>}
        </section>
      )}
    </>
  );
});
