/**
 * The list of routes and islands that `fresh.gen.ts` holds.
 *
 * @module
 */

/** Modules by their files, such as `./routes/admin/index.tsx`. */
export interface Manifest {
  /** What answers requests. */
  readonly routes: Readonly<Record<string, object>>;
  /** What also runs in browsers: every function that these files export. */
  readonly islands: Readonly<Record<string, object>>;
  /** Where the manifest itself is. */
  readonly baseUrl: string;
}

/** What a module exports under a name; undefined when it does not. */
export function exportOf(module: object, name: string): unknown {
  return Reflect.get(module, name);
}
