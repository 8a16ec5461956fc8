/** A command that changes the contract. The change applies at once if the owner delay is 0; otherwise it is announced. */
import { Effect } from "effect"
import type { Change, Scheduled } from "../../contract-client/generated.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { clockNow } from "../../roles/miner/calendar.ts"
import { announcing, type ChangeMessage, describeChange, scheduledIn } from "../../roles/owner/changes.ts"
import { blocksText } from "../../story/time.ts"
import { type ContractCall, callOf } from "../shared/contractCall.ts"

/** What a change that was not tried yet comes to: its number is not known. */
type Foreseen = Omit<Scheduled, "change"> & { readonly change?: number }

interface Words<Facts extends object>
  extends Pick<ContractCall<ChangeMessage, Facts & Foreseen>, "warnings" | "before" | "proof" | "remark"> {
  readonly facts: Facts
  /** Further effects of the change, beside those of `describeChange`. */
  readonly does?: string
  /** What to do after the change applies. */
  readonly next?: string
}

/** The call for a change. Its output names the block from which the change can be applied. */
export const changeCall = <Facts extends object>(what: Change, { facts, does, next, ...more }: Words<Facts>) =>
  Effect.gen(function* () {
    const config = yield* (yield* Contract).read("config", {})
    const { pace } = yield* clockNow
    const change = does ?? describeChange(what, config)
    const due = (block: number) => `it applies from block ${block}, after ${blocksText(config.ownerDelay, pace)}`
    const then = next === undefined ? [] : [next]
    return callOf<ChangeMessage, Facts & Foreseen>({
      ...more,
      ...announcing(what),
      facts: ({ value, events }) => ({ ...facts, ...scheduledIn(events, value) }),
      does: ({ applied, appliesFrom }) =>
        applied ? change : `announce a change, to ${change}; ${due(appliesFrom)}, and the validators can veto it until it is applied`,
      did: ({ applied, appliesFrom, change: id }) =>
        applied
          ? [`applied at once as change ${id}: ${change}`, ...then]
          : [
              `announced as change ${id}: ${change}`,
              `${due(appliesFrom)}, validators can veto it until it is applied; apply it then with: gittensor owner changes apply ${id}`,
              ...then
            ]
    })
  })
