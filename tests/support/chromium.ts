/**
 * A real browser, for what only a browser can tell.
 *
 * @module
 */

import { type Browser, chromium, type Page } from "playwright-core";

/** Where Linux distributions put it; `CHROMIUM` names another place. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser's file; null where there is none, and tests that need one are skipped. */
export const CHROMIUM: string | null = [Deno.env.get("CHROMIUM") ?? "", ...PLACES].find(isThere) ??
  null;

if (CHROMIUM === null) console.log("No Chromium here: tests that need a browser are skipped.");

/** What a page complained of while it was used. */
export interface Complaints {
  readonly errors: string[];
  readonly violations: string[];
  readonly dialogs: string[];
}

/** Opens a page in a browser of its own; it is closed when the test is done with it. */
export async function withPage(
  use: (page: Page, complaints: Complaints) => Promise<void>,
): Promise<void> {
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM ?? "" });
  try {
    const page = await browser.newPage();
    await use(page, await complaintsOf(page));
  } finally {
    await browser.close();
  }
}

async function complaintsOf(page: Page): Promise<Complaints> {
  const complaints: Complaints = { errors: [], violations: [], dialogs: [] };
  page.on("pageerror", (error) => complaints.errors.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.errors.push(message.text());
  });
  page.on("dialog", async (dialog) => {
    complaints.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await page.exposeFunction("tellViolation", (text: string) => complaints.violations.push(text));
  await page.addInitScript(`document.addEventListener("securitypolicyviolation", (event) =>
    tellViolation(event.violatedDirective + " " + event.blockedURI))`);
  return complaints;
}

function isThere(path: string): boolean {
  try {
    return path !== "" && Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
