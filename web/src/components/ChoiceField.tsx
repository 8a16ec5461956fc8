interface Props<V extends string> {
  readonly label: string
  readonly value: V
  readonly choices: ReadonlyArray<readonly [value: V, label: string]>
  readonly onChange: (value: V) => void
}

/** A choice of one value, such as a list's order or a filter with "any". */
export const ChoiceField = <V extends string>({ label, value, choices, onChange }: Props<V>) => (
  <label className="field">
    <span>{label}</span>
    <select
      value={value}
      onChange={({ target }) => {
        const chosen = choices.find(([one]) => one === target.value)
        if (chosen !== undefined) onChange(chosen[0])
      }}
    >
      {choices.map(([one, name]) => (
        <option key={one} value={one}>
          {name}
        </option>
      ))}
    </select>
  </label>
)
