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
    // Without storage, the choice lasts until the page is closed.
  }
}

/** Chooses light, dark or the system's theme. The browser remembers it. */
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
