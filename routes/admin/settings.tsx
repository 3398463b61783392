import { Facts } from "../../components/Facts.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { settingsRows } from "../../lib/web/pages/settings_rows.ts";
import { define } from "../../state.ts";

export default define.page(function Settings({ state }) {
  return (
    <>
      <PageHead
        title="Settings"
        lead="How this installation is set up. Environment variables change it, with the next start."
      />
      <Facts facts={settingsRows(state.setup)} />
      <section class="stack">
        <h2>Sessions</h2>
        <details>
          <summary>Sign out everywhere…</summary>
          <div class="confirm">
            <p>
              Every session ends, yours too: everybody who is signed in here has to sign in again.
              Tokens of clients and the admin access token go on working.
            </p>
            <form method="post" action="/admin/logout/everywhere">
              <div class="actions">
                <button type="submit" class="button danger">End every session</button>
              </div>
            </form>
          </div>
        </details>
      </section>
    </>
  );
});
