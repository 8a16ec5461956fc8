import { endpoints } from "../api/endpoints.ts"
import { useAnswer } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { useHead, useLive } from "../live/live.ts"
import { useOwnNow } from "../live/now.ts"
import { stalenessOf } from "../live/staleness.ts"

/** Whether an open issue can be taken. "Now" requires current data and an unpaused contract. */
export const Takeable = () => {
  const own = useOwnNow(5)
  const isStale = useLive((live) => stalenessOf(live, own) !== undefined)
  const head = useHead()
  const { data: config } = useAnswer(endpoints.config())
  const at = head === undefined ? "" : `, as of block ${wholeNumber(head.block)}`
  if (config?.ended) return <>not takeable: the subnet has ended</>
  if (config?.paused) return <>takeable once the contract is unpaused{at}</>
  if (isStale) return <span title="newer blocks are not known here">was takeable at block {wholeNumber(head?.block ?? 0)}</span>
  return <>takeable now{at}</>
}
