import { useState } from "react"
import { shortAccount } from "../format/names.ts"

/** An account without a page: shortened, whole on hover, copied on click. */
export const Account = ({ address, whole = false }: { readonly address: string; readonly whole?: boolean }) => {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard
      ?.writeText(address)
      .then(() => {
        setCopied(true)
        setTimeout(() => setCopied(false), 1_500)
      })
      .catch(() => undefined)
  }
  return (
    <button type="button" className="account" title={`${address} (click to copy)`} onClick={copy}>
      <code>{copied ? "copied" : whole ? address : shortAccount(address)}</code>
    </button>
  )
}
