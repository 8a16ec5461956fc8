import { useState } from "react"
import "../styles/scoreboard.css"

/** A command for a terminal, with a button that copies it. */
export const Command = ({ text }: { readonly text: string }) => {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard
      ?.writeText(text)
      .then(() => {
        setCopied(true)
        setTimeout(() => setCopied(false), 1_500)
      })
      .catch(() => undefined)
  }
  return (
    <p className="command">
      <code>{text}</code>
      <button type="button" onClick={copy}>
        {copied ? "Copied" : "Copy"}
        <span className="hidden"> the command</span>
      </button>
    </p>
  )
}
