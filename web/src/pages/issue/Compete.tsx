import { endpoints } from "../../api/endpoints.ts"
import type { IssueDetail } from "../../api/types.ts"
import { Command } from "../../components/Command.tsx"
import { Countdown } from "../../components/Countdown.tsx"
import { Section } from "../../components/Section.tsx"
import { useAnswer } from "../../data/hooks.ts"
import { commandOn, type Place } from "../../format/command.ts"
import { numberIn } from "../../format/json.ts"
import { nextDraw } from "../../format/rounds.ts"
import { useHead } from "../../live/live.ts"

const commandFor = (issue: number, chain: Place): string => commandOn(`mine enroll ${issue}`, chain)

const SIGNS = "It signs with your default wallet; --wallet and --hotkey choose another, --endpoint another node."
const THEN = "validators then pair two of the miners who were enrolled when the round began."

/** Keeps the place of the command until the contract's address is known, which has 48 characters. So nothing below it moves. */
const Unknown = ({ id }: { readonly id: number }) => (
  <div style={{ display: "contents", visibility: "hidden" }}>
    <p>The next draw is in ≈ 10 min 10 s: {THEN}</p>
    <Command text={commandFor(id, { contract: "5".repeat(48), netuid: 74 })} />
    <p className="page-note">{SIGNS}</p>
  </div>
)

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
      {config === undefined ? (
        <Unknown id={id} />
      ) : (
        <>
          <p>
            {draw === undefined ? (
              "Once a round, validators draw two of the enrolled miners."
            ) : (
              <>
                <Countdown to={{ block: draw, time: null }} label="The next draw is" reached="Validators draw a pair now" />: {THEN}
              </>
            )}
          </p>
          {chain == null ? null : (
            <>
              <Command text={commandFor(id, chain)} />
              <p className="page-note">{SIGNS}</p>
            </>
          )}
        </>
      )}
    </Section>
  )
}
