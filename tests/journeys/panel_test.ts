import assert from "node:assert/strict";
import axe from "axe-core";
import { CHROMIUM, withPage } from "../support/chromium.ts";
import { HOSTILE, PAGES, type TestPanel, withPanel } from "../support/panel.ts";

const inBrowser = { ignore: CHROMIUM === null };
/** How keys of the simulator begin, and no form shows as an example. */
const SECRET = /(?:AIza|AQ\.Ab8RN6)Sim-/;
const NARROW = { width: 360, height: 740 };

Deno.test({
  ...inBrowser,
  name: "every page is well to use: nothing serious for axe, nothing too wide, nothing refused",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page, complaints) => {
        await panel.signIn(page);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          for (const [name, path] of Object.entries(PAGES(panel))) {
            await page.goto(panel.origin + path);
            const found = await seriousIn(page);
            assert.deepEqual(found, [], `${name}, ${colorScheme}`);
            assert.equal(await tooWide(page), false, `${name} is wider than ${NARROW.width} px`);
          }
        }
        assert.deepEqual(complaints.violations, []);
        assert.deepEqual(errorsIn(complaints.errors), []);
      })
    ),
});

Deno.test({
  ...inBrowser,
  name: "what people call things never becomes part of a page",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page, complaints) => {
        await panel.signIn(page);
        for (const path of Object.values(PAGES(panel))) {
          await page.goto(panel.origin + path);
          assert.equal(await page.locator('img[src="x"]').count(), 0, path);
        }
        assert.deepEqual([complaints.dialogs, complaints.violations], [[], []]);
      }), { label: HOSTILE }),
});

Deno.test({
  ...inBrowser,
  name: "signing out ends the session, and the way back leads to where one was",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page) => {
        await panel.signIn(page);
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.waitForURL(/\/admin\/login$/);

        await page.goto(`${panel.origin}/admin/pools`);
        assert.match(page.url(), /\/admin\/login\?next=%2Fadmin%2Fpools$/);
        await page.getByLabel("Admin access token").fill(panel.adminToken);
        await page.keyboard.press("Enter");

        await page.waitForURL(/\/admin\/pools$/);
      })
    ),
});

for (const path of ["/admin", "/admin/login"]) {
  Deno.test(`${path} says that nobody may keep, frame or extend it`, () =>
    withPanel(async ({ origin }) => {
      const { headers, body } = await fetch(origin + path, { redirect: "manual" });
      await body?.cancel();

      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /^default-src 'none'; script-src 'nonce-[^']+' 'strict-dynamic'; /);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.equal(headers.get("cache-control"), "private, no-store");
      assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    }, { empty: true }));
}

Deno.test("no page is shown to a stranger, and none holds a secret", () =>
  withPanel(async (panel) => {
    const signedIn = await cookieOf(panel);
    const { "not-found": _nowhere, ...pages } = PAGES(panel);
    for (const [name, path] of Object.entries(pages)) {
      const stranger = await fetch(panel.origin + path, { redirect: "manual" });
      await stranger.body?.cancel();
      assert.equal(stranger.status, 303, name);

      const text = await (await fetch(panel.origin + path, { headers: { cookie: signedIn } }))
        .text();
      for (const secret of [panel.token, panel.adminToken, signedIn.split("=")[1] ?? ""]) {
        assert.ok(!text.includes(secret), `${name} holds a secret`);
      }
      assert.doesNotMatch(text, SECRET, name);
    }
  }));

Deno.test("a form of another page changes nothing, whoever is signed in", () =>
  withPanel(async (panel) => {
    const cookie = await cookieOf(panel);
    const before = await stateOf(panel);
    const { origin, poolId, tokenId } = panel;
    const paths = [
      "/admin/pools",
      `/admin/pools/${poolId}`,
      "/admin/tokens/new",
      `/admin/tokens/${tokenId}`,
      "/admin/logout",
      "/admin/logout/everywhere",
    ];
    for (const path of paths) {
      for (const foreign of [{}, { origin: "null" }, { origin: "https://evil.example" }]) {
        const { status, body } = await fetch(origin + path, {
          method: "POST",
          redirect: "manual",
          headers: { cookie, ...foreign },
          body: new URLSearchParams({ action: "delete", name: "theirs" }),
        });
        await body?.cancel();
        assert.equal(status, 403, `${path} ${JSON.stringify(foreign)}`);
      }
    }
    assert.equal(await stateOf(panel), before);
    const { status, body } = await fetch(`${origin}/admin`, { headers: { cookie } });
    await body?.cancel();
    assert.equal(status, 200);
  }));

Deno.test("who signs in after a form was turned away comes to a page, not to the form's address", () =>
  withPanel(async ({ origin }) => {
    const { status, headers, body } = await fetch(`${origin}/admin/logout/everywhere`, {
      method: "POST",
      redirect: "manual",
      headers: { origin },
    });
    await body?.cancel();

    assert.deepEqual([status, headers.get("location")], [303, "/admin/login?next=%2Fadmin"]);
  }, { empty: true }));

/** What operators can change, as text. */
async function stateOf({ admin }: TestPanel): Promise<string> {
  const lists = ["GET /api/pools", "GET /api/tokens"].map(async (call) =>
    await (await admin(call)).text()
  );
  return (await Promise.all(lists)).join();
}

async function cookieOf({ origin, adminToken }: { origin: string; adminToken: string }) {
  const answer = await fetch(`${origin}/admin/login`, {
    method: "POST",
    redirect: "manual",
    headers: { origin },
    body: new URLSearchParams({ token: adminToken }),
  });
  await answer.body?.cancel();
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? assert.fail("no session");
}

/** A page that is not there is one of those looked at, and the browser says so. */
function errorsIn(errors: readonly string[]): readonly string[] {
  return errors.filter((text) => !text.includes("status of 404"));
}

type Page = Parameters<Parameters<typeof withPage>[0]>[0];

/** What axe finds serious or critical, as text. */
async function seriousIn(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run(document)") as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function tooWide(page: Page): Promise<boolean> {
  await page.setViewportSize(NARROW);
  return await page.evaluate("document.documentElement.scrollWidth > innerWidth") as boolean;
}
