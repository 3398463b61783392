/**
 * Pictures of every page, for people to look at: wide and narrow, light and dark, into `screenshots/`.
 *
 * Needs Chromium; `CHROMIUM` says where it is, unless it is in a usual place.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import { CHROMIUM } from "../tests/support/chromium.ts";
import { PAGES, withPanel } from "../tests/support/panel.ts";

const INTO = new URL("../screenshots/", import.meta.url);
const WIDTHS = [1280, 390];
const SCHEMES = ["light", "dark"] as const;

if (CHROMIUM === null) {
  console.error("Cannot take pictures: there is no Chromium; CHROMIUM may name one");
  Deno.exit(1);
}
await Deno.mkdir(INTO, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM });
await withPanel(async (panel) => {
  const page = await browser.newPage();
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: 860 });
      await page.emulateMedia({ colorScheme });
      await page.context().clearCookies();
      await page.goto(`${panel.origin}/admin/login`);
      await keep(page, `login-${width}-${colorScheme}`);
      await panel.signIn(page);
      for (const [name, path] of Object.entries(PAGES(panel))) {
        await page.goto(panel.origin + path);
        await keep(page, `${name}-${width}-${colorScheme}`);
      }
    }
  }
});
await browser.close();
console.log(`Pictures are in ${INTO.pathname}`);

async function keep(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: new URL(`${name}.png`, INTO).pathname, fullPage: true });
}
