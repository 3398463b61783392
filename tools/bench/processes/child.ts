/**
 * Ties a process to the benchmark that started it.
 *
 * @module
 */

/** Ends this process as soon as its parent lets go of our standard input, however the parent ended. */
export async function leaveWithParent(): Promise<never> {
  // A terminal interrupts parent and children alike; the parent takes its children down in order.
  Deno.addSignalListener("SIGINT", () => {});
  await Deno.stdin.readable.pipeTo(new WritableStream()).catch(() => {});
  Deno.exit(0);
}

/** Tells the parent where we listen: the one line that it reads from our standard error. */
export function announce(origins: { readonly origin: string; readonly control?: string }): void {
  console.error(JSON.stringify(origins));
}

/** Listens on a free port of this machine alone; returns the origin. */
export function serveHere(handler: (request: Request) => Response | Promise<Response>): string {
  const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  return `http://127.0.0.1:${addr.port}`;
}
