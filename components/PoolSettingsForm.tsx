import { Field } from "./Field.tsx";

/** What is typed in the settings. */
export interface TypedSettings {
  readonly name: string;
  readonly metering: boolean;
  /** One a line. */
  readonly aliases: string;
}

/** A pool's name, its metering and its aliases. */
export function PoolSettingsForm({ here, typed }: { here: string; typed: TypedSettings }) {
  return (
    <form method="post" action={here}>
      <input type="hidden" name="action" value="settings" />
      <Field label="Name" name="name" value={typed.name} required maxlength={100} />
      <div>
        <label class="check">
          <input type="checkbox" name="metering" checked={typed.metering} />
          Read answers on their way through
        </label>
        <small class="quiet">
          Tokens are counted and errors inside a stream are understood. Off, bodies pass unseen.
        </small>
      </div>
      <p class="field">
        <label for="pool-aliases">Aliases</label>
        <textarea
          id="pool-aliases"
          name="aliases"
          spellcheck={false}
          placeholder="gpt-4o = gemini-3.6-flash"
          aria-describedby="pool-aliases-hint"
        >
          {typed.aliases}
        </textarea>
        <small id="pool-aliases-hint" class="quiet">
          One a line: the name clients use, then the model of Gemini that answers.
        </small>
      </p>
      <div>
        <button type="submit" class="button">Save settings</button>
      </div>
    </form>
  );
}
