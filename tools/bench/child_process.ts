/**
 * The processes of a benchmark, seen from the one that starts them.
 *
 * Promise: none of them outlives it. Each leaves when its standard input ends, which the operating
 * system sees to when everything else fails.
 *
 * @module
 */

/** A process that listens. */
export interface ChildProcess {
  readonly name: string;
  readonly pid: number;
  /** Where it serves, and where it tells of itself. */
  readonly origin: string;
  readonly control: string;
  /** Ends it. */
  stop(): Promise<void>;
}

/** What a process is started with. */
export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly denoArgs?: readonly string[];
}

/** What of our environment a process may see; nothing else can change what is measured. */
const PASSED_ON = [
  "DENO_DIR",
  "HOME",
  "LOCALAPPDATA",
  "PATH",
  "SYSTEMROOT",
  "TEMP",
  "TMPDIR",
  "USERPROFILE",
  "XDG_CACHE_HOME",
];

/** Starts one of `tools/bench/processes` and waits until it listens. */
export async function startChild(
  name: string,
  { args = [], env = {}, denoArgs = [] }: ChildOptions = {},
): Promise<ChildProcess> {
  const entry = new URL(`processes/${name}.ts`, import.meta.url).href;
  const unstable = ["--unstable-kv", "--unstable-no-legacy-abort"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", ...unstable, ...denoArgs, entry, ...args],
    clearEnv: true,
    env: { ...ownEnvironment(), ...env },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();

  const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  const { origin, control = origin } = await readAnnouncement(name, lines);
  const complaints = passOn(name, lines);
  return {
    name,
    pid: child.pid,
    origin,
    control,
    async stop() {
      await child.stdin.close().catch(() => {});
      await child.status;
      await complaints;
    },
  };
}

type Lines = ReadableStreamDefaultReader<string>;

async function readAnnouncement(
  name: string,
  lines: Lines,
): Promise<{ origin: string; control?: string }> {
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await lines.read();
    if (done) throw new Error(`Cannot start ${name}: ${text || "it ended"}`);
    text += value;
  }
  if (text.startsWith("{")) return JSON.parse(text);
  for (let more = await lines.read(); !more.done; more = await lines.read()) text += more.value;
  throw new Error(`Cannot start ${name}: ${text}`);
}

async function passOn(name: string, lines: Lines): Promise<void> {
  for (let more = await lines.read(); !more.done; more = await lines.read()) {
    console.error(`${name}: ${more.value.trimEnd()}`);
  }
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.map((name) => [name, Deno.env.get(name)] as const)
      .filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
