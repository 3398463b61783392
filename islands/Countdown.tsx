import { useEffect, useState } from "preact/hooks";

/** When something ends: the moment in UTC, and in browsers how long that still is. */
export default function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);

  const iso = new Date(until).toISOString();
  return (
    <time class="nowrap" datetime={iso} title={iso}>
      {now === null ? `until ${iso.slice(11, 16)} UTC` : leftOf(until - now)}
    </time>
  );
}

function leftOf(ms: number): string {
  if (ms <= 0) return "over";
  const seconds = Math.ceil(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `in ${hours} h ${minutes} m`;
  return minutes > 0 ? `in ${minutes} m ${seconds % 60} s` : `in ${seconds} s`;
}
