/** A change of the owner's as a command: it applies at once while the contract's owner delay is 0, and is announced when it is more. */
import { Effect } from "effect"
import type { MessageArguments, MessageName, MessageReturn, Scheduled } from "../../contract-client/generated.ts"
import { formatPeriod } from "../../domain/Blocks.ts"
import { Contract } from "../../layers/Contract.ts"
import { scheduledIn } from "../../owner/changes.ts"
import { type ContractCall, callOf } from "./contractCall.ts"

/** The messages that answer what became of a change. */
export type ChangeMessage = {
  [Name in MessageName]: MessageReturn<Name> extends Scheduled ? Name : never
}[MessageName]

export interface OwnerChange<Name extends ChangeMessage, Facts extends object>
  extends Pick<ContractCall<Name, Facts>, "warnings" | "before"> {
  readonly message: Name
  readonly args: MessageArguments<Name>
  readonly facts: Facts
  /** `add 5F… to the validators` and, when that is done, `added 5F… to the validators`. */
  readonly does: string
  readonly did: string
  /** What to do when it applies. */
  readonly next?: string
}

/** The call of a change, told with the block from which it applies. */
export const changeCall = <Name extends ChangeMessage, Facts extends object>(change: OwnerChange<Name, Facts>) =>
  Effect.gen(function* () {
    const { ownerDelay } = yield* (yield* Contract).read("config", {})
    const { message, args, does, did } = change
    const due = (block: number) => `from block ${block} (about ${formatPeriod(ownerDelay)})`
    const next = change.next === undefined ? [] : [change.next]
    return callOf<Name, Facts & Scheduled>({
      ...change,
      message,
      args,
      facts: ({ value, events }) => ({ ...change.facts, ...scheduledIn(events, value) }),
      does: ({ applied, appliesFrom }) =>
        applied
          ? does
          : `announce a change, to ${does}; it applies ${due(appliesFrom)}, and the validators can veto it until it is applied`,
      did: ({ applied, appliesFrom, change: id }) =>
        applied
          ? [did, ...next]
          : [
              `announced as change ${id}: ${does}`,
              `it applies ${due(appliesFrom)}, validators can veto it until it is applied; apply it then with: gittensor owner changes apply ${id}`,
              ...next
            ]
    })
  })
