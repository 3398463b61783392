/** A list to choose one from, with its name. */
export function Choice(
  { label, name, chosen, options, none }: {
    label: string;
    name: string;
    chosen: string;
    options: readonly { value: string; text: string }[];
    /** What choosing none is called; absent where one has to be chosen. */
    none?: string;
  },
) {
  const isUnknown = chosen !== "" && !options.some(({ value }) => value === chosen);
  return (
    <p class="field">
      <label for={`field-${name}`}>{label}</label>
      <select id={`field-${name}`} name={name}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map(({ value, text }) => (
          <option key={value} value={value} selected={value === chosen}>{text}</option>
        ))}
        {isUnknown && <option value={chosen} selected>{chosen}</option>}
      </select>
    </p>
  );
}
