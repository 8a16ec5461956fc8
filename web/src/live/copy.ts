/** Copies a text when asked. */
import { useState } from "react"

/** Milliseconds for which a button says that it has copied. */
const COPIED_SHOWN_FOR = 1_500

/** Whether the text was copied just now, and what copies it. Browsers without a clipboard, or whose reader refuses it, do nothing. */
export const useCopy = (text: string): readonly [isCopied: boolean, copy: () => void] => {
  const [isCopied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard
      ?.writeText(text)
      .then(() => {
        setCopied(true)
        setTimeout(() => setCopied(false), COPIED_SHOWN_FOR)
      })
      .catch(() => undefined)
  }
  return [isCopied, copy]
}
