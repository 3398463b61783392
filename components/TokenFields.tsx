import { Field } from "./Field.tsx";

/** What a token's limits say, as text. */
export interface TokenLimitFields {
  readonly models: string;
  readonly expires: string;
  readonly requestsPerMinute: string;
  readonly tokensPerDay: string;
}

/** The fields for what a token may do. */
export function TokenFields({ form }: { form: TokenLimitFields }) {
  return (
    <fieldset>
      <legend>Limits</legend>
      <p class="field">
        <label for="field-models">Allowed models</label>
        <textarea
          id="field-models"
          name="models"
          rows={3}
          spellcheck={false}
          aria-describedby="hint-models"
        >
          {form.models}
        </textarea>
        <small id="hint-models" class="quiet">
          One a line, or with commas between them. Empty: all models.
        </small>
      </p>
      <div class="grid">
        <Field
          label="Requests per minute"
          name="requests"
          inputmode="numeric"
          autocomplete="off"
          value={form.requestsPerMinute}
          hint="Empty: no limit."
        />
        <Field
          label="Tokens per day"
          name="tokens"
          inputmode="numeric"
          autocomplete="off"
          value={form.tokensPerDay}
          hint="Of models, in a day of UTC. Empty: no limit."
        />
        <Field
          label="Expires (UTC)"
          name="expires"
          type="datetime-local"
          step="any"
          value={form.expires}
          hint="Empty: never."
        />
      </div>
    </fieldset>
  );
}
