import { shortAccount } from "../format/names.ts"
import { useCopy } from "../live/copy.ts"

/** An account without a page: shortened, whole on hover, copied on click. */
export const Account = ({ address, whole = false }: { readonly address: string; readonly whole?: boolean }) => {
  const [isCopied, copy] = useCopy(address)
  return (
    <button type="button" className="account" title={`${address} (click to copy)`} onClick={copy}>
      <code>{isCopied ? "copied" : whole ? address : shortAccount(address)}</code>
    </button>
  )
}
