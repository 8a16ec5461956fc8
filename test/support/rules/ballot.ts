import type { Ballot } from "../../../src/layers/protection/Journal.ts"
import { account, hotkey } from "./world.ts"

/** The ballot for which all test processes try to claim the same vote. */
export const ballot: Ballot = {
  chain: `0x${"11".repeat(32)}`,
  contract: account("contract", 1),
  hotkey: hotkey(1),
  kind: "outcome",
  issue: 3,
  round: null
}
