/**
 * How large a schema may become when its references are written out.
 *
 * References that double at every level describe more than any machine can hold. So each writing has
 * a room, and a schema that does not fit is written again with less depth: then every part of it
 * loses some detail, instead of the last ones losing everything.
 *
 * @module
 */

/** What one writing of a schema may use. */
export interface Limits {
  /** Schemas inside each other; what is deeper is only named by its type. */
  readonly depth: number;
  /** How often the target of a reference may stand inside itself. */
  readonly turns: number;
}

/** Characters; several times the largest tool that MCP servers are known to offer. */
const ROOM_CHARS = 400_000;
/** What a schema takes even if it says next to nothing. */
const SCHEMA_CHARS = 100;

const WIDER: readonly Limits[] = [{ depth: 40, turns: 3 }, { depth: 16, turns: 1 }];
const NARROWEST: Limits = { depth: 6, turns: 1 };

/** Counts down what is left for a schema. */
export class Room {
  #chars = ROOM_CHARS;

  /** Takes room for one schema with so many characters in it. */
  take(chars: number): void {
    this.#chars -= SCHEMA_CHARS + chars;
  }

  /** Whether nothing more should be written out. */
  get isUsedUp(): boolean {
    return this.#chars <= 0;
  }
}

/** What `write` gives within the widest limits that suffice; the narrowest give what fits. */
export function withinLimits<T>(write: (limits: Limits, room: Room) => T): T {
  for (const limits of WIDER) {
    const room = new Room();
    const written = write(limits, room);
    if (!room.isUsedUp) return written;
  }
  return write(NARROWEST, new Room());
}
