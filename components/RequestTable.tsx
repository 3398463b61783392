import type { EpochMs } from "../lib/domain/ids.ts";
import { Moment } from "./Moment.tsx";

interface Row {
  readonly id: string;
  readonly at: EpochMs;
  readonly token: { readonly name: string };
  readonly model: string | null;
  readonly status: number;
  readonly attempts: readonly unknown[];
  /** What went wrong. */
  readonly wrong: string;
}

/** Requests that failed. */
export function RequestTable({ rows }: { rows: readonly Row[] }) {
  return (
    <div class="table">
      <table class="requests">
        <thead>
          <tr>
            <th scope="col">Time, UTC</th>
            <th scope="col">Token</th>
            <th scope="col">Model</th>
            <th scope="col" class="number">Status</th>
            <th scope="col">What went wrong</th>
            <th scope="col" class="number">Attempts</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, at, token, model, status, attempts, wrong }) => (
            <tr key={id}>
              <td class="nowrap">
                <a href={`/admin/requests/${id}`}>
                  <Moment at={at} />
                </a>
              </td>
              <td>{token.name}</td>
              <td class="mono">{model ?? <span class="quiet">none</span>}</td>
              <td class="number">{status}</td>
              <td class="wrong">{wrong}</td>
              <td class="number">{attempts.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
