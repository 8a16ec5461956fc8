interface Props<V extends string> {
  readonly label: string
  readonly value: V
  readonly choices: ReadonlyArray<readonly [value: V, label: string]>
  readonly onChange: (value: V) => void
  /** Whether the choices are still being read, for choices that are not known from the start. The field's width does not depend on them. */
  readonly isReading?: boolean
}

/** A choice of one value, such as a list's order or a filter with "any". */
export const ChoiceField = <V extends string>({ label, value, choices, onChange, isReading }: Props<V>) => (
  <label className={isReading === undefined ? "field" : "field late-choices"}>
    <span>{label}</span>
    <select
      value={value}
      aria-busy={isReading || undefined}
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
