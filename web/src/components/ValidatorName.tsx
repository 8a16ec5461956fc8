import { endpoints } from "../api/endpoints.ts"
import { useAnswer, useList } from "../data/hooks.ts"
import { shortAccount } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Avatar } from "./Names.tsx"

interface Props {
  readonly hotkey: string
  readonly emblem?: boolean
}

/** `name`: what the validator calls itself; null: nothing, or it is not known. */
const NamedValidator = ({ hotkey, name, emblem = true }: Props & { readonly name: string | null }) => (
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

/** Asks for this validator alone. */
const Unlisted = (props: Props) => <NamedValidator {...props} name={useAnswer(endpoints.validator(props.hotkey)).data?.name ?? null} />

/**
 * A validator: the name that it gives itself, and always its hotkey, because anybody may take any name. The emblem follows from the hotkey; no picture of a stranger's
 * server is loaded.
 */
export const ValidatorName = (props: Props) => {
  const { items, more } = useList(endpoints.validators({}))
  const listed = items?.find(({ hotkey }) => hotkey === props.hotkey)
  return listed === undefined && more ? <Unlisted {...props} /> : <NamedValidator {...props} name={listed?.name ?? null} />
}
