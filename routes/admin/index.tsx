import { page } from "fresh";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PoolMeter } from "../../components/PoolMeter.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { WindowCard } from "../../components/WindowCard.tsx";
import { sumsItem } from "../../lib/web/admin/usage_item.ts";
import { readWindows } from "../../lib/web/admin/windows.ts";
import { concernsOf } from "../../lib/web/pages/concerns.ts";
import { define } from "../../state.ts";

const POOLS_AT_ONCE = 50;

export const handler = define.handlers({
  async GET({ state: { admin } }) {
    const [found, { windows }] = await Promise.all([
      admin.pools.list({ limit: POOLS_AT_ONCE }),
      readWindows(admin.usage, admin.clock.now()),
    ]);
    const pools = await Promise.all(
      found.items.map(async (pool) => ({ pool, keys: await admin.keys.count(pool.id) })),
    );
    return page({
      pools,
      more: found.cursor !== null,
      hour: sumsItem(windows.hour.sums),
      day: sumsItem(windows.day.sums),
      week: sumsItem(windows.week.sums),
    });
  },
});

export default define.page<typeof handler>(function Overview({ data }) {
  const { pools, more, hour, day, week } = data;
  const concerns = concernsOf(pools, hour);
  return (
    <>
      <PageHead
        title="Overview"
        lead={concerns.length > 0 || pools.length === 0 ? undefined : "Everything is all right."}
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
      <div class="grid">
        <WindowCard title="Last hour" sums={hour} />
        <WindowCard title="Last day" sums={day} />
        <WindowCard title="Last week" sums={week} />
      </div>
      {pools.length > 0 && (
        <section class="stack">
          <h2>Pools</h2>
          <ul class="grid plain">
            {pools.map(({ pool, keys }) => (
              <li key={pool.id} class="card">
                <h3>
                  <a href={`/admin/pools/${pool.id}`}>{pool.name}</a>
                </h3>
                <PoolMeter counts={keys} />
              </li>
            ))}
          </ul>
          {more && <a href="/admin/pools">All pools</a>}
        </section>
      )}
    </>
  );
});
