interface Props<V extends string> {
  readonly label: string
  readonly choices: ReadonlyArray<V>
  readonly chosen: ReadonlyArray<V>
  readonly onChange: (chosen: ReadonlyArray<V>) => void
}

/** A choice of several values; none chosen means all. */
export const ChipsField = <V extends string>({ label, choices, chosen, onChange }: Props<V>) => (
  <fieldset className="chips-field">
    <legend>{label}</legend>
    {choices.map((one) => (
      <label key={one}>
        <input
          type="checkbox"
          checked={chosen.includes(one)}
          onChange={({ target }) => onChange(choices.filter((other) => (other === one ? target.checked : chosen.includes(other))))}
        />
        <span className="chip" data-status={one}>
          {one}
        </span>
      </label>
    ))}
  </fieldset>
)
