import type { Treasury } from "../api/types.ts"
import { When } from "./Values.tsx"

/** What keeps the treasury from earning, or its money from moving, and what helps. Nothing if nothing does. */
export const TreasuryNotice = ({ state }: Pick<Treasury, "state">) => {
  if (state === null || state.why === null) return null
  const { earns, pays, why, at } = state
  return (
    <p className="notice">
      <strong>
        {earns ? "" : "The treasury earns nothing. "}
        {pays ? "" : "Nothing can be paid now. "}
      </strong>
      {why.charAt(0).toUpperCase()}
      {why.slice(1)}. As of <When at={at} />.
    </p>
  )
}
