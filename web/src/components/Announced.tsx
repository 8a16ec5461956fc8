import { type EventNames, tellEvent } from "../../../src/story/sentences.ts"
import { endpoints } from "../api/endpoints.ts"
import type { ConfigChange } from "../api/types.ts"
import { useList } from "../data/hooks.ts"
import { percent, shareOf } from "../format/amount.ts"
import { numberIn, textIn } from "../format/json.ts"
import { CallLink } from "./Names.tsx"
import { Told } from "./Told.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { Countdown, ShareBar, When } from "./Values.tsx"

interface Props {
  readonly change: ConfigChange
  readonly names?: EventNames
}

const VETOES: ReadonlySet<string> = new Set(["ChangeVetoVoted", "VetoWithdrawn"])

/** A change that the owner has announced: from when on anybody can apply it, and how much stake is against it. */
export const Announced = ({ change, names }: Props) => {
  const { at, call, kind, content } = change
  const words = (useList(endpoints.configChanges({ change: `${change.change}` })).items ?? []).filter(({ kind: one }) => VETOES.has(one))
  const [from, until] = [numberIn(content, "appliesFrom"), numberIn(content, "appliesUntil")]
  // Newest first. A veto names the weight of all until then; a withdrawal names none.
  const latest = words[0]?.kind === "ChangeVetoVoted" ? words[0].content : undefined
  const against = latest === undefined ? undefined : shareOf(textIn(latest, "weight") ?? "0", textIn(latest, "totalWeight") ?? "0")
  const said = new Map(words.toReversed().map((word) => [textIn(word.content, "validator") ?? "", word.kind]))
  const voters = [...said].flatMap(([hotkey, word]) => (word === "ChangeVetoVoted" ? [hotkey] : []))
  return (
    <article className="announcement">
      <p>
        <strong>
          <Told sentence={tellEvent({ name: kind, fields: content }, names)} />
        </strong>{" "}
        <span className="muted">
          <When at={at} as="short" />, block <CallLink at={at} call={call} />
        </span>
      </p>
      {from === undefined || until === undefined ? null : (
        <p>
          <Countdown to={{ block: from, time: null }} label="Anyone can apply it" reached="Anyone can apply it now" />, and{" "}
          <Countdown to={{ block: until, time: null }} label="it lapses" reached="it has lapsed" />. More than half of the validators' stake
          against it stops it for good.
        </p>
      )}
      {voters.length === 0 ? null : (
        <p className="announcement-veto">
          {against === undefined ? (
            "Against it: "
          ) : (
            <ShareBar share={against} label="Stake against it" said={`${percent(against, 1)} against it`} />
          )}
          {voters.map((hotkey) => (
            <ValidatorName key={hotkey} hotkey={hotkey} />
          ))}
        </p>
      )}
    </article>
  )
}
