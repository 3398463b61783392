import type { Pool } from "../lib/domain/pool.ts";
import { Field } from "./Field.tsx";
import { PoolSelect } from "./PoolSelect.tsx";
import { TokenFields, type TokenLimitFields } from "./TokenFields.tsx";

/** What stands in the form. */
export interface NewTokenFields extends TokenLimitFields {
  readonly name: string;
  readonly source: "pool" | "keys";
  readonly poolId: string;
}

/** The form for a new token. `isAgain` when it was refused: pasted keys do not come back with it. */
export function NewTokenForm(
  { form, pools, isAgain }: {
    form: NewTokenFields;
    pools: readonly Pool[];
    isAgain: boolean;
  },
) {
  return (
    <form method="post" class="card token-form">
      <Field
        label="Name"
        name="name"
        required
        maxLength={100}
        autocomplete="off"
        value={form.name}
      />
      <fieldset>
        <legend>Keys</legend>
        {pools.length > 0 && (
          <div class="choice">
            <label class="check">
              <input
                type="radio"
                name="source"
                value="pool"
                checked={form.source === "pool"}
              />
              Those of a pool
            </label>
            <div class="chosen">
              <PoolSelect pools={pools} chosen={form.poolId} />
            </div>
          </div>
        )}
        <div class="choice">
          <label class="check">
            <input
              type="radio"
              name="source"
              value="keys"
              checked={form.source === "keys" || pools.length === 0}
            />
            Keys of its own, in a new pool
          </label>
          <p class="field chosen">
            <label for="field-keys">Gemini keys</label>
            <textarea
              id="field-keys"
              name="keys"
              rows={5}
              spellcheck={false}
              autocomplete="off"
              aria-describedby="hint-keys"
            />
            <small id="hint-keys" class="quiet">
              One a line, or with commas between them.
              {isAgain && form.source === "keys" &&
                " Paste them again: they are secrets, and we do not send them back."}
            </small>
          </p>
        </div>
      </fieldset>
      <TokenFields form={form} />
      <div class="actions">
        <button type="submit" class="button primary">Make the token</button>
        <a class="button" href="/admin/tokens">Cancel</a>
      </div>
    </form>
  );
}
