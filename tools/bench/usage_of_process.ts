/**
 * What a process has used, as Linux tells it; NaN on other systems.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @module
 */

/** `stat` counts in ticks; Linux shows a hundred of them a second on every architecture Deno runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that the process has used, in user mode and in the kernel. */
export async function cpuSeconds(pid: number): Promise<number> {
  return cpuSecondsIn(await readProc(pid, "stat"));
}

/** Megabytes of memory that the process has now. */
export async function residentMegabytes(pid: number): Promise<number> {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readProc(pid, "status"))?.[1];
  return Number(kilobytes ?? NaN) / 1_024;
}

/** Seconds of CPU in a line of `/proc/<pid>/stat`; NaN when it is none. */
export function cpuSecondsIn(stat: string): number {
  // The name of the program stands in parentheses, and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTicks = NaN, systemTicks = NaN] = fields.slice(11, 13).map(Number);
  return (userTicks + systemTicks) / TICKS_PER_SECOND;
}

async function readProc(pid: number, file: string): Promise<string> {
  try {
    return await Deno.readTextFile(`/proc/${pid}/${file}`);
  } catch {
    // There is no such file system here, and the numbers are shown as not available.
    return "";
  }
}
