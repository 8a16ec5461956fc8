import { neededUnder } from "../../../../src/domain/Watch.ts"
import { endpoints } from "../../api/endpoints.ts"
import { Countdown } from "../../components/Countdown.tsx"
import { When } from "../../components/When.tsx"
import { useAnswer } from "../../data/hooks.ts"
import { isIn, numberIn } from "../../format/json.ts"
import { useHead, usePace } from "../../live/live.ts"

/** How long validators wait after an issue was closed on GitHub, before they vote to take its bounty away. Nothing while it is open. */
export const Settling = ({ closedAt }: { readonly closedAt: string | null }) => {
  const head = useHead()
  const pace = usePace()
  const { data } = useAnswer(endpoints.config())
  const challengePeriod = numberIn(data?.config, "challengePeriod")
  if (closedAt === null || head === undefined || challengePeriod === undefined) return null
  const since = Math.floor(head.block - (head.time - Date.parse(closedAt)) / pace)
  const block = since + neededUnder("closed", { devChain: isIn(data?.config, "devChain"), challengePeriod })
  return (
    <>
      {" "}
      It was closed on GitHub <When at={{ block: null, time: closedAt }} />. In case that was a mistake, validators wait before they vote to
      take the bounty away: <Countdown to={{ block, time: null }} label="they may vote" reached="they may vote now" />.
    </>
  )
}
