/**
 * Reads the events of a whole SSE text, for tests that look at what was sent.
 *
 * @module
 */

/**
 * The data of each event, in order.
 *
 * A last event that no blank line ends counts too, as a recording may have lost its end.
 */
export function sseData(text: string): string[] {
  return text.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
    return lines.length === 0 ? [] : [lines.map((line) => line.replace(/^data: ?/, "")).join("\n")];
  });
}
