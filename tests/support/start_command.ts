/**
 * How `deno task start` starts, for whoever starts the same in a process of its own.
 *
 * @module
 */

/** The arguments before the entry point, permissions included: read from the task, so they cannot differ. */
export const START_ARGUMENTS: readonly string[] = await startArguments();

/** What a server needs of the environment. The rest may hold settings of whoever runs this. */
export const NEUTRAL_ENVIRONMENT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(Deno.env.toObject())
    .filter(([name]) => /^(?:PATH|HOME|DENO_DIR|DENO_TLS_CA_STORE|DENO_CERT)$/.test(name)),
);

async function startArguments(): Promise<string[]> {
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  const command: string = JSON.parse(text).tasks.start.command;
  const [deno, ...args] = command.split(" ");
  if (deno !== "deno" || args.pop() !== "main.ts") {
    throw new TypeError(
      `Cannot read the start task: expected "deno … main.ts", found "${command}"`,
    );
  }
  return args;
}
