import { useState } from "react"

const THEMES = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"]
] as const
type Theme = (typeof THEMES)[number][0]

const current = (): Theme => THEMES.find(([name]) => name === document.documentElement.dataset.theme)?.[0] ?? "system"

const choose = (theme: Theme) => {
  document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem("theme", theme)
  } catch {
    // Where nothing may be kept, the choice lasts as long as the page.
  }
}

/** Light, dark, or as the reader's system has it; remembered in this browser. */
export const ThemeSwitch = ({ name }: { readonly name: string }) => {
  const [theme, setTheme] = useState(current)
  return (
    <fieldset className="theme">
      <legend className="hidden">Theme</legend>
      {THEMES.map(([value, label]) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={theme === value}
            onChange={() => {
              choose(value)
              setTheme(value)
            }}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
