import { endpoints } from "../api/endpoints.ts"
import { useAnswer } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { useLive } from "../live/live.ts"
import { useOwnNow } from "../live/now.ts"
import { stalenessOf } from "../live/staleness.ts"

/** Whether an open issue can be taken. "Now" requires current data and an unpaused contract. */
export const Takeable = () => {
  const live = useLive()
  const stale = stalenessOf(live, useOwnNow(5))
  const { data: config } = useAnswer(endpoints.config())
  const at = live.head === undefined ? "" : `, as of block ${wholeNumber(live.head.block)}`
  if (config?.ended) return <>not takeable: the subnet has ended</>
  if (config?.paused) return <>takeable once the contract is unpaused{at}</>
  if (stale !== undefined)
    return <span title="newer blocks are not known here">was takeable at block {wholeNumber(live.head?.block ?? 0)}</span>
  return <>takeable now{at}</>
}
