import { useEffect, useRef, useState } from "react"

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  readonly longest?: number
  /** Called a moment after the last key. */
  readonly onChange: (value: string) => void
}

const TYPING_PAUSE = 250

/** A search field. The address follows typing after a moment. */
export const SearchField = ({ label, value, placeholder, longest = 100, onChange }: SearchFieldProps) => {
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const told = useRef(value)
  useEffect(() => {
    // The address was changed elsewhere, for example by going back.
    if (value !== told.current) {
      told.current = value
      setTyped(value)
    }
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const tell = (text: string) => {
    clearTimeout(timer.current)
    told.current = text
    onChange(text)
  }
  return (
    <label className="field search-field">
      <span>{label}</span>
      <input
        type="search"
        value={typed}
        maxLength={longest}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target: { value: text } }) => {
          setTyped(text)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => tell(text.trim()), TYPING_PAUSE)
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key === "Enter") tell(currentTarget.value.trim())
        }}
      />
    </label>
  )
}

interface ChoiceFieldProps<V extends string> {
  readonly label: string
  readonly value: V
  readonly choices: ReadonlyArray<readonly [value: V, label: string]>
  readonly onChange: (value: V) => void
  /** Whether the choices are still being read, for choices that are not known from the start. The field's width does not depend on them. */
  readonly isReading?: boolean
}

/** A choice of one value, such as a list's order or a filter with "any". */
export const ChoiceField = <V extends string>({ label, value, choices, onChange, isReading }: ChoiceFieldProps<V>) => (
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

interface ChipsFieldProps<V extends string> {
  readonly label: string
  readonly choices: ReadonlyArray<V>
  readonly chosen: ReadonlyArray<V>
  readonly onChange: (chosen: ReadonlyArray<V>) => void
}

/** A choice of several values; none chosen means all. */
export const ChipsField = <V extends string>({ label, choices, chosen, onChange }: ChipsFieldProps<V>) => (
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
