import { page } from "fresh";
import { ActivityList } from "../../components/ActivityList.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { readActivityRequest } from "../../lib/web/admin/read.ts";
import { activityLine } from "../../lib/web/pages/activity_line.ts";
import { activityHref, kindLinks } from "../../lib/web/pages/activity_links.ts";
import { define } from "../../state.ts";

export const handler = define.handlers({
  async GET({ state, url }) {
    const asked = readActivityRequest(url.searchParams);
    const { items, cursor } = await state.admin.activity.list({ limit: 50, ...asked });
    return page({ asked, lines: items.map(activityLine), cursor });
  },
});

export default define.page<typeof handler>(function ActivityPage({ data }) {
  const { asked: { kind, target, cursor }, lines, cursor: older } = data;
  return (
    <>
      <PageHead
        title="Activity"
        lead="Who changed what, newest first. Rows are kept for 400 days."
      />
      <nav class="filters" aria-label="Kinds of changes">
        {kindLinks({ kind, target }).map(({ name, href, isHere }) => (
          <a key={name} href={href} aria-current={isHere ? "true" : "false"}>{name}</a>
        ))}
      </nav>
      {target !== undefined && (
        <p class="quiet">
          Only changes to <span class="mono">{target}</span> and what is in it.{" "}
          <a href={activityHref({ kind })} aria-current="false">Show all</a>
        </p>
      )}
      {lines.length > 0 ? <ActivityList lines={lines} /> : (
        <EmptyState title="No change to show">
          <p>
            {older === null ? "Nothing of this kind was changed." : "Older rows may have some."}
          </p>
        </EmptyState>
      )}
      <div class="actions">
        {cursor !== undefined && (
          <a class="button" aria-current="false" href={activityHref({ kind, target })}>Newest</a>
        )}
        {older !== null && (
          <a
            class="button"
            aria-current="false"
            href={activityHref({ kind, target, cursor: older })}
          >
            Older
          </a>
        )}
      </div>
    </>
  );
});
