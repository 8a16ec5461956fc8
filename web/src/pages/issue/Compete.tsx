import { endpoints } from "../../api/endpoints.ts"
import type { IssueDetail } from "../../api/types.ts"
import { Command } from "../../components/Command.tsx"
import { Countdown } from "../../components/Countdown.tsx"
import { Section } from "../../components/Section.tsx"
import { useAnswer } from "../../data/hooks.ts"
import { numberIn } from "../../format/json.ts"
import { nextDraw } from "../../format/rounds.ts"
import { useHead } from "../../live/live.ts"

/** The netuid that the commands take by default. */
const USUAL_NETUID = 74

/** How to enrol for an open issue, and when the next pair is drawn. */
export const Compete = ({ issue: { id, enrolment } }: { readonly issue: IssueDetail }) => {
  const head = useHead()
  const { data: config } = useAnswer(endpoints.config())
  const draw =
    head === undefined ? undefined : nextDraw(head.block, numberIn(config?.config, "roundLength"), numberIn(config?.config, "attestBlocks"))
  const chain = config?.chain
  const enrolled = enrolment?.miners.filter(({ enrolledBy }) => enrolledBy > 0).length ?? 0
  return (
    <Section
      title="Compete for it"
      note={enrolled === 0 ? "nobody is enrolled yet" : `${enrolled} ${enrolled === 1 ? "miner is" : "miners are"} enrolled`}
    >
      <p>
        {draw === undefined ? (
          "Once a round, validators draw two of the enrolled miners."
        ) : (
          <>
            <Countdown to={{ block: draw, time: null }} label="The next draw is" reached="Validators draw a pair now" />: validators then
            pair two of the miners who were enrolled when the round began.
          </>
        )}
      </p>
      {chain == null ? null : (
        <>
          <Command
            text={`gittensor mine enroll ${id} --contract ${chain.contract}${chain.netuid === USUAL_NETUID ? "" : ` --netuid ${chain.netuid}`}`}
          />
          <p className="page-note">It signs with your default wallet; --wallet and --hotkey choose another, --endpoint another node.</p>
        </>
      )}
    </Section>
  )
}
