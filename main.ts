/**
 * Opens KV, reads the configuration, builds the service, listens. All wiring is here.
 *
 * @module
 */

import manifest from "./fresh.gen.ts";
import { type Config, ConfigError, isOnDeploy, type KvPlace, readConfig } from "./lib/config.ts";
import { Background } from "./lib/domain/background.ts";
import { type Clock, type Random, systemClock } from "./lib/domain/clock.ts";
import { Deadlines } from "./lib/domain/deadlines.ts";
import { RotatorError, UNAVAILABLE } from "./lib/domain/errors.ts";
import type { FetchMedia } from "./lib/domain/ports.ts";
import { type Assets, NO_ASSETS, readAssets } from "./lib/fresh/assets.ts";
import { createApp } from "./lib/fresh/create_app.ts";
import { nonceOf } from "./lib/fresh/nonce.ts";
import { localSecrets } from "./lib/local_secrets.ts";
import { googleErrorBody } from "./lib/protocol/gemini/error_reply.ts";
import { type ModelTable, modelTraits } from "./lib/protocol/gemini/generate/model_table.ts";
import { readModelRows } from "./lib/protocol/gemini/generate/model_rows.ts";
import { Breaker } from "./lib/relay/breaker.ts";
import { KeyHealth } from "./lib/relay/key_health.ts";
import { LastOutcomes } from "./lib/relay/last_outcomes.ts";
import { createRelay, loaded } from "./lib/relay/relay.ts";
import { RetryBudget } from "./lib/relay/retry_budget.ts";
import { withSecondTry } from "./lib/relay/second_try.ts";
import { TokenLimits } from "./lib/relay/token_limits.ts";
import { UsageTally } from "./lib/relay/usage_tally.ts";
import { createRotation } from "./lib/rotation/rotation.ts";
import type { Changes } from "./lib/storage/context.ts";
import type { Kv } from "./lib/storage/kv.ts";
import { openStorage } from "./lib/storage/storage.ts";
import { VaultSealed } from "./lib/storage/vault.ts";
import { createFetchWire } from "./lib/upstream/fetch_wire.ts";
import { createGeminiClient } from "./lib/upstream/gemini_client.ts";
import { createMediaFetcher } from "./lib/upstream/media/media_fetcher.ts";
import type { OpenStreams } from "./lib/upstream/metered_stream.ts";
import { createNodeWire, isNodeWireSound, type NodeWire } from "./lib/upstream/node_wire.ts";
import type { AdminServices } from "./lib/web/admin/services.ts";
import { createAdminApi } from "./lib/web/admin_api.ts";
import { createAuthenticator } from "./lib/web/authenticate.ts";
import { createClientApi } from "./lib/web/client_api.ts";
import { FailedRequests } from "./lib/web/failed_requests.ts";
import { createFrontDoor, type FrontDoor } from "./lib/web/front_door.ts";
import { geminiDialect } from "./lib/web/gemini_dialect.ts";
import { googleLayerDialect } from "./lib/web/openai/google_layer.ts";
import { openAiDialect } from "./lib/web/openai/openai_dialect.ts";
import { createPageDoor } from "./lib/web/pages/page_door.ts";
import type { PageGiven, Setup } from "./lib/web/pages/page_state.ts";
import type { Connection } from "./lib/web/request_record.ts";
import { createQuickDigest } from "./lib/web/quick_digest.ts";
import { createSignIn } from "./lib/web/sign_in/sign_in.ts";
import { Log, type Sink } from "./lib/web/log.ts";

/** What the service is given besides its configuration; a test hands in its own. */
export interface Surroundings {
  /** Carries the calls to Gemini instead of connections of our own. */
  readonly fetch?: typeof fetch;
  /** Carries the calls to GitHub. */
  readonly gitHubFetch?: typeof fetch;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly sink?: Sink;
  /** What browsers load, as `deno task build` left it; none when absent. */
  readonly assets?: Assets;
  /** How often deadlines are looked at. */
  readonly sweepMs?: number;
}

/** The whole service, over one KV handle. */
export interface Service extends FrontDoor {
  /** What has to be done now and then. */
  readonly chores: readonly Chore[];
  /** Ends every stream under way, telling its client so. */
  endStreams(): void;
  /** Resolves when everything learnt is stored, every log line written, and nothing left open. */
  settle(): Promise<void>;
}

/** Something to do every so often. */
export interface Chore {
  readonly everyMs: number;
  run(): void;
}

/**
 * Builds the service.
 *
 * @throws {VaultSealed} when `ENCRYPTION_KEY` is not the key that the stored secrets were sealed with.
 */
export async function createService(
  kv: Kv,
  config: Config,
  {
    fetch,
    gitHubFetch = globalThis.fetch,
    clock = systemClock,
    random = Math.random,
    sink = toStdout,
    assets = NO_ASSETS,
    sweepMs = 250,
  }: Surroundings = {},
): Promise<Service> {
  const log = new Log(sink, clock);
  const background = new Background((what, cause) => log.trouble(`could not ${what}`, cause));
  const inBackground = background.run.bind(background);
  const nowMs = () => clock.monotonicMs();
  const deadlines = new Deadlines({ nowMs, sweepMs, lingers: true });
  const streams: OpenStreams = new Set();

  const changed: Changes = {
    pool: (id) => rotation.changed(id),
    token: (id) => authenticator.forget(id),
  };
  const storage = await openStorage(kv, {
    masterKeys: masterKeysOf(config),
    changed,
    clock,
    random,
  });
  const wire = wireTo(config, fetch);
  const upstream = createGeminiClient({
    send: wire.send,
    deadlines,
    streams,
    firstByteMs: config.firstByteMs,
    idleMs: config.idleMs,
  });
  const rotation = createRotation({ store: storage.rotation, clock, inBackground });
  const authenticator = createAuthenticator({
    find: storage.tokens.find,
    digest: createQuickDigest(),
    clock,
    inBackground,
  });
  const health = new KeyHealth({
    store: storage.health,
    probe: upstream.probe,
    clock,
    random,
    inBackground,
  });
  const outcomes = new LastOutcomes();
  const tally = new UsageTally(clock);
  const limits = new TokenLimits({ store: storage.usage, clock, inBackground });
  const saveUsage = () => tally.flush(storage.usage);
  const firstTry = createRelay({
    rotation,
    upstream,
    store: storage.health,
    health,
    outcomes,
    budget: new RetryBudget(nowMs()),
    breaker: new Breaker(),
    clock,
  });
  const openAi = openAiDialect({
    deadlines,
    clock,
    newId: () => newShortId(random),
    async aliasesOf(id) {
      const found = rotation.pool(id);
      const pool = found instanceof Promise ? await loaded(found) : found;
      return (await pool?.settings())?.aliases ?? {};
    },
    traitsOf: modelTraits(modelRowsOf(config)),
    signatures: storage.signatures,
    fetchMedia: fetchMediaFor(config, deadlines),
    mayStore: config.callersMayStore,
    inBackground,
  });
  const failedRequests = new FailedRequests(storage.failedRequests, clock);
  const signIn = createSignIn({
    adminToken: config.secrets.adminAccessToken,
    publicUrl: config.publicUrl,
    gitHub: gitHubOf(config, gitHubFetch),
    sessions: storage.sessions,
    locks: storage.signInLocks,
    logins: storage.gitHubLogins,
    seal: storage.cookieSeal,
    clock,
  });
  const admin: AdminServices = {
    pools: storage.pools,
    keys: storage.keys,
    tokens: storage.tokens,
    usage: storage.usage,
    manage: storage.manage,
    activity: storage.activity,
    failedRequests,
    probe: upstream.probe,
    clock,
  };
  inBackground("look up the logins of GITHUB_ADMINS", signIn.prepare());
  const door = createFrontDoor({
    clientApi: createClientApi({
      authenticator,
      admit: (token) => limits.admit(token),
      relay: withSecondTry(firstTry, new RetryBudget(nowMs())),
      dialects: [openAi, googleLayerDialect({ deadlines }), geminiDialect({ deadlines })],
      allowedOrigins: config.allowedOrigins,
    }),
    adminApi: createAdminApi({
      ...admin,
      adminToken: config.secrets.adminAccessToken,
      bySession: signIn.bySession,
    }),
    pages: createPageDoor({
      render: createApp<PageGiven>(manifest, {
        assets,
        report: (error) => log.trouble("could not show a page", error),
      }),
      nonceOf,
      isFile: (path) => assets.file(path) !== undefined,
      given: { admin, signIn, setup: setupOf(config) },
    }),
    log,
    nowMs,
    count(request) {
      tally.note(request);
      limits.note(request);
    },
    onOver: failedRequests.note.bind(failedRequests),
    newRequestId: () => crypto.randomUUID(),
    ping: storage.ping,
  });

  return {
    ...door,
    chores: [
      {
        everyMs: 2_000,
        run: () => inBackground("save last outcomes", outcomes.write(storage.health)),
      },
      {
        everyMs: 5_000,
        run: () => inBackground("save usage", limits.refresh(saveUsage)),
      },
      {
        everyMs: 3_600_000,
        run: () => inBackground("forget old usage", storage.usage.sweep()),
      },
      {
        everyMs: 10_000,
        run: () => inBackground("save failed requests", failedRequests.write()),
      },
      {
        everyMs: 60_000,
        run() {
          for (const pool of rotation.loaded()) {
            inBackground("probe disabled keys", health.revisit(pool));
          }
        },
      },
    ],
    endStreams() {
      for (const stream of streams) stream.end();
    },
    async settle() {
      // What is being saved now has to be over before the rest can be.
      await background.settled();
      inBackground("save failed requests", failedRequests.write());
      inBackground("save last outcomes", outcomes.write(storage.health, { all: true }));
      inBackground("save usage", saveUsage());
      await background.settled();
      await log.flush();
      deadlines.close();
      wire.close();
    },
  };
}

function wireTo(
  { geminiBaseUrl, upstreamClient }: Config,
  fetch?: typeof globalThis.fetch,
): NodeWire {
  return fetch === undefined && upstreamClient === "node" && isNodeWireSound(Deno.version.deno)
    ? createNodeWire(geminiBaseUrl)
    : { send: createFetchWire(geminiBaseUrl, fetch ?? globalThis.fetch), close: () => {} };
}

function gitHubOf(
  { gitHub, secrets: { gitHubClientSecret: clientSecret } }: Config,
  fetch: typeof globalThis.fetch,
) {
  return gitHub === null || clientSecret === null ? null : { ...gitHub, clientSecret, fetch };
}

/** Only what may be shown. */
function setupOf(config: Config): Setup {
  const { kv, geminiBaseUrl, publicUrl, gitHub, callersMayStore, mediaHosts } = config;
  return {
    kv: kv.kind,
    geminiBaseUrl,
    publicUrl,
    gitHub: gitHub !== null,
    callersMayStore,
    mediaHosts,
    firstByteSeconds: config.firstByteMs / 1_000,
    idleSeconds: config.idleMs / 1_000,
    deno: Deno.version.deno,
  };
}

function modelRowsOf({ modelTable }: Config): ModelTable {
  try {
    return readModelRows(modelTable);
  } catch (cause) {
    throw new ConfigError(`Cannot use MODEL_TABLE: ${messageOf(cause)}`, { cause });
  }
}

/** Null when no host is allowed. Where ending a call is not sound, a slow host could end the process. */
function fetchMediaFor({ mediaHosts }: Config, deadlines: Deadlines): FetchMedia | null {
  if (mediaHosts.length === 0) return null;
  if (isNodeWireSound(Deno.version.deno)) {
    return createMediaFetcher({ hosts: mediaHosts, deadlines });
  }
  throw new ConfigError(`Cannot use MEDIA_HOSTS: files can be fetched from Deno 2.7 on`);
}

/** As long as OpenAI's; none of them is a secret. */
function newShortId(random: Random): string {
  return Array.from({ length: 24 }, () => Math.floor(random() * 36).toString(36)).join("");
}

function masterKeysOf({ secrets: { encryptionKey, previousEncryptionKey } }: Config) {
  return {
    current: encryptionKey,
    ...(previousEncryptionKey === null ? {} : { previous: previousEncryptionKey }),
  };
}

async function toStdout(text: string): Promise<void> {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(await Deno.stdout.write(rest));
}

/** Where the secrets of a machine without settings are kept. */
const SECRETS_FILE = "data/secrets.env";

/** Streams may go on for so long after a signal; Deno Deploy kills after 5 s. */
const FINISH_MS = 3_500;
/** And whatever is left then has this long to say so. */
const LAST_WORDS_MS = 700;

async function start(): Promise<void> {
  const surroundings = Deno.env.get.bind(Deno.env);
  const { env, made } = isOnDeploy(surroundings)
    ? { env: surroundings, made: new Map<string, string>() }
    : await localSecrets(surroundings, SECRETS_FILE);
  const config = readConfig(env);
  const kv = await openKv(config.kv);
  try {
    const service = await createService(kv, config, { assets: await builtAssets() });
    const timers = service.chores.map(({ everyMs, run }) => setInterval(run, everyMs));
    const server = listen(
      config,
      service.handle,
      (origin) => greet(origin, { made, publicUrl: config.publicUrl }),
    );
    onSignal(async () => {
      service.drain();
      timers.forEach(clearInterval);
      await finish(server, service);
      kv.close();
    });
  } catch (error) {
    if (!(error instanceof VaultSealed)) throw error;
    console.error(`${error.message}. Nothing is served and nothing is written.`);
    const server = listen(config, (request) => sealed(request, error), (origin) => {
      console.error(`Gemini Key Rotator listens on ${origin}, and answers 503 to everything`);
    });
    onSignal(() => server.shutdown());
  }
}

/** Without a build the pages are there, but bare; whoever starts by the task never sees that. */
export async function builtAssets(): Promise<Assets> {
  try {
    return await readAssets((path) => Deno.readFile(new URL(path, import.meta.url)));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`The pages have no styles and no scripts yet: run "deno task build"`);
    return NO_ASSETS;
  }
}

function listen(
  { port, host }: Config,
  handler: (request: Request, connection: Connection) => Response | Promise<Response>,
  onListen: (origin: string) => void,
): Deno.HttpServer {
  try {
    return Deno.serve({
      port,
      hostname: host,
      onListen: ({ hostname, port }) =>
        onListen(`http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`),
    }, handler);
  } catch (cause) {
    const state = `${messageOf(cause)}; choose another with HOST and PORT`;
    throw new ConfigError(`Cannot listen on ${host}:${port}: ${state}`, { cause });
  }
}

async function openKv(place: KvPlace): Promise<Deno.Kv> {
  switch (place.kind) {
    case "platform":
      return await Deno.openKv();
    case "url":
      return await opened("KV_URL", () => Deno.openKv(place.url));
    case "path":
      return await opened(`KV_PATH "${place.path}"`, async () => {
        const slash = place.path.lastIndexOf("/");
        if (slash > 0) {
          await Deno.mkdir(place.path.slice(0, slash), { recursive: true, mode: 0o700 });
        }
        return await Deno.openKv(place.path);
      });
  }
}

async function opened(place: string, open: () => Promise<Deno.Kv>): Promise<Deno.Kv> {
  try {
    return await open();
  } catch (cause) {
    throw new ConfigError(`Cannot open the store at ${place}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Tells where we are; secrets only when they were made just now, because they are shown this once. */
function greet(
  origin: string,
  { made, publicUrl }: { made: ReadonlyMap<string, string>; publicUrl: string | null },
): void {
  console.log(`Gemini Key Rotator listens on ${origin}`);
  console.log(`Pages: ${publicUrl ?? origin}/admin`);
  const token = made.get("ADMIN_ACCESS_TOKEN");
  if (made.size > 0) console.log(`Secrets were made and kept in ${SECRETS_FILE} (mode 600).`);
  if (token !== undefined) {
    console.log(`Admin API: ${origin}/api/pools   with   Authorization: Bearer ${token}`);
  } else if (Deno.env.get("ADMIN_ACCESS_TOKEN") === undefined) {
    console.log(`Admin API: ${origin}/api/pools   with the ADMIN_ACCESS_TOKEN of ${SECRETS_FILE}`);
  }
}

async function finish(server: Deno.HttpServer, service: Service): Promise<void> {
  const lastWords = setTimeout(service.endStreams, FINISH_MS);
  await Promise.race([server.shutdown(), systemClock.sleep(FINISH_MS + LAST_WORDS_MS)]);
  clearTimeout(lastWords);
  await Promise.race([service.settle(), systemClock.sleep(LAST_WORDS_MS)]);
}

function onSignal(leave: () => Promise<void>): void {
  let leaving = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, async () => {
      // Who asks twice does not want to wait.
      if (leaving) Deno.exit(1);
      leaving = true;
      await leave();
      Deno.exit(0);
    });
  }
}

/** The process lives, and that is all it does. */
function sealed(request: Request, cause: VaultSealed): Response {
  if (new URL(request.url).pathname === "/healthz") return new Response("alive\n");
  const { status, headers, body } = googleErrorBody(
    new RotatorError(UNAVAILABLE, cause.message, { cause }),
  );
  return new Response(body, {
    status,
    headers: { ...headers, "x-request-id": crypto.randomUUID() },
  });
}

if (import.meta.main) {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
