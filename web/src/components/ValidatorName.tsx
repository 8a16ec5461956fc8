import { endpoints } from "../api/endpoints.ts"
import { useList } from "../data/hooks.ts"
import { shortAccount } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Avatar } from "./Avatar.tsx"

/** What a validator calls itself; null: nothing, or it is not known. */
const useValidatorName = (hotkey: string): string | null =>
  useList(endpoints.validators({})).items?.find((one) => one.hotkey === hotkey)?.name ?? null

/**
 * A validator: the name that it gives itself, and always its hotkey, because anybody may take any name. The emblem follows from the hotkey; no picture of a stranger's
 * server is loaded.
 */
export const ValidatorName = ({ hotkey, emblem = true }: { readonly hotkey: string; readonly emblem?: boolean }) => {
  const name = useValidatorName(hotkey)
  return (
    <Link to={pageAddress("validator", { hotkey })} title={hotkey} className="validator-name">
      {emblem ? <Avatar of={hotkey} src={null} /> : null}
      {name === null ? null : (
        <>
          <bdi>{name}</bdi>{" "}
        </>
      )}
      <code>{shortAccount(hotkey)}</code>
    </Link>
  )
}
