import { endpoints } from "../../api/endpoints.ts"
import { Countdown } from "../../components/Countdown.tsx"
import { useAnswer, useList } from "../../data/hooks.ts"
import { fundedAt, neededBefore } from "../../format/rounds.ts"
import { useLive } from "../../live/live.ts"

/** When a bounty will be full, if the treasury goes on receiving as much as it did lately. */
export const Forecast = ({ place }: { readonly place: number }) => {
  const { head } = useLive()
  const queue = useList(endpoints.issues({ status: ["Funding"], sort: "queue" })).items
  const incomes = useList(endpoints.treasuryFlows({ kind: "harvested" })).items
  const { data: config } = useAnswer(endpoints.config())
  if (queue === undefined || incomes === undefined || head === undefined || config?.paused) return null
  const need = neededBefore(place, queue)
  const block = need === undefined ? undefined : fundedAt(need, incomes, head.block)
  if (block === undefined) return <>The treasury's income is not known well enough to say when it will be full.</>
  return (
    <>
      At the treasury's recent pace it is <Countdown to={{ block, time: null }} label="full" reached="full with the next harvest" />.
    </>
  )
}
