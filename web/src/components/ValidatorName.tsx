import { shortAccount } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

/** A validator's hotkey, linked to its page. */
export const ValidatorName = ({ hotkey }: { readonly hotkey: string }) => (
  <Link to={pageAddress("validator", { hotkey })} title={hotkey}>
    <code>{shortAccount(hotkey)}</code>
  </Link>
)
