import { StatusBadge } from "./StatusBadge.tsx";

const TONES = { active: "good", disabled: "off", expired: "bad" } as const;

/** Whether a token lets anyone in. */
export function TokenBadge({ state }: { state: keyof typeof TONES }) {
  return <StatusBadge tone={TONES[state]}>{state}</StatusBadge>;
}
