/** Lists, applies, withdraws and vetoes announced changes. */
import { Effect } from "effect"
import { print } from "../../../layers/machine/terminal/output.ts"
import { type BlockClock, clockNow } from "../../../roles/miner/calendar.ts"
import { type WaitingChange, waitingChanges } from "../../../roles/owner/changes.ts"
import { percentOf } from "../../../story/figures.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { type Answer, type CallOptions, callOf, contractCall } from "../../shared/contractCall.ts"
import type { SignerRole } from "../../shared/keys.ts"
import { sameContract } from "../sameContract.ts"

const dueLine = ({ change, appliesFrom, appliesUntil, state }: WaitingChange, { left }: BlockClock): string => {
  switch (state) {
    case "waits":
      return `applies from block ${appliesFrom}, in ${left(appliesFrom)}`
    case "applicable":
      return `can be applied now, until block ${appliesUntil}: gittensor owner changes apply ${change}`
    case "lapsed":
      return `lapsed at block ${appliesUntil}: gittensor owner changes withdraw ${change}`
  }
}

const linesOf = (change: WaitingChange, clock: BlockClock): ReadonlyArray<string> => [
  `change ${change.change}: ${change.does}`,
  `  ${dueLine(change, clock)}`,
  `  ${percentOf(change.vetoWeight, change.totalWeight)} of the validators' weight is against it, more than half ${change.vetoWeight * 2n > change.totalWeight ? `drops it now: gittensor owner changes drop ${change.change}` : "can drop it"}${change.vetoes.map((voter) => `\n    ${voter}`).join("")}`
]

export const list = (options: ContractOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const waiting = yield* waitingChanges()
    const clock = yield* clockNow
    yield* print(options.json, waiting, ({ changes }) =>
      changes.length === 0 ? ["no changes are announced"] : changes.flatMap((change) => linesOf(change, clock))
    )
  }).pipe(Effect.provide(contractLayer(options)))

export interface ChangeOptions extends CallOptions {
  readonly change: number
}

/** A call about one change. The contract itself refuses an unknown change. */
const callAboutChange = <Name extends "apply" | "withdrawChange" | "veto" | "withdrawVeto" | "drop", Facts extends object>(
  role: SignerRole,
  options: ChangeOptions,
  message: Name,
  words: {
    readonly facts: (answer: Answer<Name>) => Facts
    readonly does: (what: string, facts: Facts) => string
    readonly did: (what: string, facts: Facts) => string
  }
) =>
  contractCall(role, options, (caller) =>
    Effect.gen(function* () {
      const { changes } = yield* waitingChanges()
      const found = changes.find(({ change }) => change === options.change)
      const does = found?.does ?? ""
      const proof = message === "apply" && found?.what._tag === "Code" ? { proof: yield* sameContract } : {}
      const what = `change ${options.change}${does === "" ? "" : ` (${does})`}`
      return callOf<Name, Facts & { readonly change: number }>({
        ...proof,
        message,
        args: { change: options.change },
        facts: (answer) => ({ change: options.change, does, caller, ...words.facts(answer) }),
        does: (facts) => words.does(what, facts),
        did: (facts) => [words.did(what, facts)]
      })
    })
  )

export const apply = (options: ChangeOptions) =>
  callAboutChange("coldkey", options, "apply", {
    facts: ({ value }) => ({ applied: value }),
    does: (what) => `apply ${what}`,
    did: (what) => `applied ${what}`
  })

export const drop = (options: ChangeOptions) =>
  callAboutChange("coldkey", options, "drop", {
    facts: () => ({ dropped: true }),
    does: (what) => `drop ${what} for good: the votes against it are enough`,
    did: (what) => `dropped for good: ${what}`
  })

export const withdraw = (options: ChangeOptions) =>
  callAboutChange("coldkey", options, "withdrawChange", {
    facts: () => ({ withdrawn: true }),
    does: (what) => `take ${what} back`,
    did: (what) => `took ${what} back`
  })

const castVeto = (options: ChangeOptions) =>
  callAboutChange("hotkey", options, "veto", {
    facts: ({ events }) => {
      const voted = events.find((event) => event._tag === "ChangeVetoVoted")
      return voted === undefined ? {} : { weight: voted.weight, totalWeight: voted.totalWeight }
    },
    does: (what) => `vote against ${what}`,
    did: (what, { weight, totalWeight }) =>
      `voted against ${what}, as have now ${percentOf(weight ?? 0n, totalWeight ?? 0n)} of the validators' weight; with more than half anyone can drop it: gittensor owner changes drop ${options.change}`
  })

export const veto = ({ takeBack, ...options }: ChangeOptions & { readonly takeBack: boolean }) =>
  takeBack
    ? callAboutChange("hotkey", options, "withdrawVeto", {
        facts: () => ({ withdrawn: true }),
        does: (what) => `take your vote against ${what} back`,
        did: (what) => `took your vote against ${what} back`
      })
    : castVeto(options)
