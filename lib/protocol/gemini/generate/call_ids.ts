/**
 * Ids of function calls: Google's own, and those we make where it gives none.
 *
 * Older models give no ids, and none may be sent to them; newer ones want theirs back.
 *
 * @module
 */

/** What Google gives: eight characters, or on some hosts a number after `call_`. */
const OF_GOOGLE = /^(?:[A-Za-z0-9]{6,12}|call_\d{5,12})$/;

/** Whether an id is one that Google gave. */
export function isGoogleCallId(id: string): boolean {
  return OF_GOOGLE.test(id);
}
