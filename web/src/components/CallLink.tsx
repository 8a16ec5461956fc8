import type { CallRef, Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

interface Props {
  readonly at: Moment
  /** The call within that block; null if unknown. */
  readonly call?: Pick<CallRef, "extrinsic" | "position"> | null
}

/** A link to a block's events and calls. */
export const CallLink = ({ at, call = null }: Props) => (
  <Link className="call-link" to={`${pageAddress("events")}?from=${at.block}&to=${at.block}`} title="this block's calls and events">
    {wholeNumber(at.block)}
    {call === null ? "" : `-${call.extrinsic}${call.position === null || call.position === 0 ? "" : `.${call.position}`}`}
  </Link>
)
