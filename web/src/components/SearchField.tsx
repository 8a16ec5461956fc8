import { useEffect, useRef, useState } from "react"

interface Props {
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  readonly longest?: number
  /** Called a moment after the last key. */
  readonly onChange: (value: string) => void
}

const PAUSE = 250

/** A search field. The address follows typing after a moment. */
export const SearchField = ({ label, value, placeholder, longest = 100, onChange }: Props) => {
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
          timer.current = setTimeout(() => tell(text.trim()), PAUSE)
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key === "Enter") tell(currentTarget.value.trim())
        }}
      />
    </label>
  )
}
