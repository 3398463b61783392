import assert from "node:assert/strict";
import OpenAI from "openai";
import { simKey } from "../simulator/simulator.ts";
import { CHROMIUM, withPage } from "../support/chromium.ts";
import { withPanel } from "../support/panel.ts";

const inBrowser = { ignore: CHROMIUM === null };
type Page = Parameters<Parameters<typeof withPage>[0]>[0];

/** Makes a token with keys of its own, from wherever one is; returns the token. */
async function makeToken(page: Page, name: string, keys: string): Promise<string> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Gemini keys").fill(keys);
  await page.getByRole("button", { name: "Make the token" }).click();
  return await page.getByRole("textbox", { name: "Token" }).inputValue();
}

Deno.test({
  ...inBrowser,
  name: "from nothing to an answer: a token is made by hand, used by an SDK, and counted",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page, complaints) => {
        await panel.signIn(page);
        await page.getByRole("link", { name: "Make the first token" }).click();
        const apiKey = await makeToken(page, "laptop", `${simKey("ok", 1)}\nnot a key at all`);
        assert.match(apiKey, /^gkr_[\w-]{43}$/);
        assert.match(await page.locator("main").innerText(), /1 key was added; 1 not:/);

        const ai = new OpenAI({ apiKey, baseURL: `${panel.origin}/v1`, maxRetries: 0 });
        const { choices } = await ai.chat.completions.create({
          model: "gemini-3.6-flash",
          messages: [{ role: "user", content: "Say hello" }],
        });
        assert.ok(choices[0]?.message.content);

        await panel.counted(1);
        await page.getByRole("link", { name: "Tokens", exact: true }).first().click();
        await page.getByRole("link", { name: "laptop" }).first().click();
        await page.getByRole("heading", { name: "Usage" }).waitFor();
        assert.match(
          await page.locator("table").first().innerText(),
          /Requests\s+1\s+1\s+served\s+1\s+1/,
        );
        assert.ok(!(await page.content()).includes(apiKey));
        assert.deepEqual([complaints.errors, complaints.violations], [[], []]);
      }), { empty: true }),
});

Deno.test({
  ...inBrowser,
  name: "forty keys are pasted with junk between them, and each is accounted for",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page) => {
        await panel.signIn(page);
        await page.goto(`${panel.origin}/admin/pools/${panel.poolId}`);
        const keys = Array.from({ length: 40 }, (_, n) => simKey("ok", 100 + n));
        const pasted = [...keys.slice(0, 20), "", '  "junk"', keys[0], ...keys.slice(20)].join(
          "\n",
        );
        await page.getByLabel("Keys", { exact: true }).fill(pasted);
        await page.getByRole("button", { name: "Add keys" }).click();

        const told = await page.getByRole("status").first().innerText();
        assert.match(told, /40 added/);
        assert.match(told, /1 rejected/);
        assert.ok(!(await page.content()).includes(keys[1] ?? "?"));
        const { keys: counts } = await (await panel.admin(`GET /api/pools/${panel.poolId}`)).json();
        assert.equal(counts.ready, 43);
      })
    ),
});

Deno.test({
  ...inBrowser,
  name: "a key cools down before one's eyes, is woken by hand, and is ready again",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page) => {
        await panel.signIn(page);
        await page.goto(`${panel.origin}/admin/pools/${panel.poolId}`);
        const row = page.getByRole("row").filter({ hasText: "cooling" });
        await row.getByText(/^in \d+ h \d+ m/).waitFor();

        await row.getByRole("checkbox").check();
        await page.getByRole("button", { name: "Wake" }).click();

        await page.getByText("The keys are awake").waitFor();
        assert.equal(await page.getByRole("row").filter({ hasText: "cooling" }).count(), 0);
      })
    ),
});

Deno.test({
  ...inBrowser,
  name: "without JavaScript one signs in and makes a token",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page) => {
        const context = await page.context().browser()?.newContext({ javaScriptEnabled: false });
        const still = await context?.newPage() ?? assert.fail("no browser");
        await panel.signIn(still);
        await still.goto(`${panel.origin}/admin/tokens/new`);

        assert.match(await makeToken(still, "plain", simKey("ok", 1)), /^gkr_/);
      }), { empty: true }),
});

Deno.test({
  ...inBrowser,
  name: "with the keyboard alone one signs in, skips to the content and reaches its first link",
  fn: () =>
    withPanel((panel) =>
      withPage(async (page) => {
        await page.goto(`${panel.origin}/admin/login`);
        await page.locator("#field-token:focus").waitFor();
        await page.keyboard.type(panel.adminToken);
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/admin$/);

        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.keyboard.press("Tab");

        const focused = page.locator(":focus");
        assert.equal(await page.locator("main :focus").count(), 1);
        assert.equal(await focused.getAttribute("href"), "/admin/tokens/new");
      }), { empty: true }),
});
