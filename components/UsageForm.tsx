import { Choice } from "./Choice.tsx";
import { Field } from "./Field.tsx";

interface Named {
  readonly id: string;
  readonly name: string;
}

const BY = [
  { value: "token", text: "Token" },
  { value: "pool", text: "Pool" },
  { value: "key", text: "Key" },
  { value: "model", text: "Model" },
];
const STEPS = [
  { value: "hour", text: "Hours" },
  { value: "day", text: "Days" },
];

/** What to tell apart, in which steps, and of what alone. */
export function UsageForm(
  { form, pools, tokens, models }: {
    form: Readonly<
      Record<"by" | "step" | "from" | "to" | "pool" | "token" | "key" | "model", string>
    >;
    pools: readonly Named[];
    tokens: readonly Named[];
    models: readonly string[];
  },
) {
  return (
    <form class="usage-form card" method="get" action="/admin/usage">
      <Choice label="By" name="by" chosen={form.by} options={BY} />
      <Choice label="In steps of" name="step" chosen={form.step} options={STEPS} />
      <Choice label="Pool" name="pool" chosen={form.pool} options={pools.map(option)} none="All" />
      <Choice
        label="Token"
        name="token"
        chosen={form.token}
        options={tokens.map(option)}
        none="All"
      />
      <Choice
        label="Model"
        name="model"
        chosen={form.model}
        options={models.map((name) => ({ value: name, text: name }))}
        none="All"
      />
      <Field label="First day" name="from" type="date" value={form.from.slice(0, 10)} />
      <Field label="Last day" name="to" type="date" value={form.to.slice(0, 10)} />
      {form.key !== "" && (
        <label class="check">
          <input type="checkbox" name="key" value={form.key} checked /> One key only
        </label>
      )}
      <div class="actions">
        <button type="submit" class="button primary">Show</button>
        <a class="button" href="/admin/usage" aria-current="false">Reset</a>
      </div>
      <p class="quiet">Without days: the last 24 hours, or the last 30 days.</p>
    </form>
  );
}

function option({ id, name }: Named) {
  return { value: id, text: name };
}
