/** The owner's changes to settings, validators, owner and code. Each change is announced first; validators may veto it until it is applied. */
import { Effect, Either, Schema } from "effect"
import {
  type Change,
  type ContractConfig,
  type ContractEvent,
  type MessageArguments,
  type MessageName,
  type MessageReturn,
  type Scheduled,
  Setting
} from "../../contract-client/generated.ts"
import { treasuryOf } from "../../contract-client/keyless.ts"
import type { Announced } from "../../contract-client/readings.ts"
import { type Weights, weightsNoted } from "../../contract-client/standing.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import type { InvalidInput } from "../../domain/failures.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { parseBirth } from "./birth.ts"
import { invalidSetting, parseAssignment, type SettingName, settingNamed, settingRules, showSetting } from "./settings.ts"

export type ChangeMessage = {
  [Name in MessageName]: MessageReturn<Name> extends Scheduled ? Name : never
}[MessageName]

interface Announcing {
  readonly message: ChangeMessage
  readonly args: MessageArguments<ChangeMessage>
}

export const announcing = (what: Change): Announcing => {
  switch (what._tag) {
    case "Config":
      return { message: "setConfig", args: { settings: what.value } }
    case "AddValidator":
      return { message: "addValidator", args: { hotkey: what.hotkey, coldkeys: what.coldkeys } }
    case "RemoveValidator":
      return { message: "removeValidator", args: { hotkey: what.hotkey } }
    case "CancelIssue":
      return { message: "cancelIssue", args: { id: what.issue, reason: what.reason } }
    case "EditIssue": {
      const { issue: id, repository, number, bounty } = what
      return { message: "editIssue", args: { id, repository, number, bounty } }
    }
    case "Owner":
      return { message: "proposeOwner", args: { owner: what.owner } }
    case "Code":
      return { message: "setCode", args: { codeHash: what.codeHash } }
    case "Rest":
      return { message: "assignRest", args: { to: what.to } }
  }
}

/** The result of an announcement: from the call's events, or as the dry run predicts it. */
export const scheduledIn = (events: ReadonlyArray<ContractEvent>, foreseen: Scheduled): Scheduled => {
  const announced = events.find((event) => event._tag === "ChangeAnnounced")
  if (announced === undefined) return foreseen
  const { change, appliesFrom } = announced
  return { change, appliesFrom, applied: events.some((event) => event._tag === "ChangeApplied" && event.change === change) }
}

const TREASURY = "treasury"

const treasurySetting = (text: string): Either.Either<Setting, InvalidInput> =>
  Either.mapBoth(parseBirth(text), {
    onLeft: () =>
      invalidSetting(
        `${TREASURY}=${text}`,
        'write it as SPAWNER:BLOCK:EXTRINSIC:TYPE:INDEX:SALT, as "gittensor owner new-treasury" prints it'
      ),
    onRight: (birth) => {
      const { treasuryColdkey: coldkey, treasuryHotkey: hotkey } = treasuryOf(birth)
      return { _tag: "Treasury", hotkey, coldkey, birth } satisfies Setting
    }
  })

/** `challengePeriod` → `ChallengePeriod`, the contract's spelling. */
const capitalised = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1)

const settingOf = (name: string, text: string): Either.Either<Setting, InvalidInput> =>
  name.toLowerCase() === TREASURY
    ? treasurySetting(text)
    : Either.flatMap(parseAssignment(name, text), ([known, value]) =>
        Either.mapLeft(Schema.decodeUnknownEither(Setting)({ _tag: capitalised(known), value }), ({ message }) =>
          invalidSetting(
            `${name}=${text}`,
            settingRules[known].isFixed === true ? "it is set when the contract is deployed, and cannot change" : message
          )
        )
      )

/** Parses `["challenge-period=2d", "quorum-bps=60%"]` into the contract's settings. */
export const parseSettings = (assignments: ReadonlyArray<string>): Either.Either<ReadonlyArray<Setting>, InvalidInput> =>
  Either.gen(function* () {
    const settings: Array<Setting> = []
    for (const assignment of assignments) {
      const [, name = "", text = ""] = /^([^=]+)=(.*)$/.exec(assignment) ?? []
      if (name === "") return yield* Either.left(invalidSetting(assignment, "write it as name=value, such as challengePeriod=2d"))
      const setting = yield* settingOf(name.trim(), text.trim())
      if (settings.some(({ _tag }) => _tag === setting._tag)) return yield* Either.left(invalidSetting(name, "it is given twice"))
      settings.push(setting)
    }
    return settings
  })

const settingText = (name: SettingName, value: ContractConfig[SettingName]): string => {
  const { exact, means } = showSetting(name, value)
  return means === "" ? exact : `${exact} (${means})`
}

/** `challengePeriod from 7,200 blocks (1 day) to 14,400 blocks (2 days)`. */
const describeSetting = (setting: Setting, present: ContractConfig): string => {
  if (setting._tag === "Treasury") return `the treasury to hotkey ${setting.hotkey} and coldkey ${setting.coldkey}`
  const name = settingNamed(setting._tag)
  return name === undefined ? setting._tag : `${name} from ${settingText(name, present[name])} to ${settingText(name, setting.value)}`
}

/** Describes a change's effect as a phrase that follows "would". */
export const describeChange = (what: Change, present: ContractConfig): string => {
  switch (what._tag) {
    case "Config":
      return `set ${what.value.map((setting) => describeSetting(setting, present)).join(", ")}`
    case "AddValidator":
      return `add ${what.hotkey} to the validators, with the stake of ${what.coldkeys.join(", ")}`
    case "RemoveValidator":
      return `remove ${what.hotkey} from the validators`
    case "CancelIssue":
      return `cancel issue ${what.issue} for good (${what.reason._tag}); the money in its bounty goes to the next issues`
    case "EditIssue":
      return `make issue ${what.issue} ${what.repository}#${what.number} with a bounty of ${formatAlpha(what.bounty)} α; the money in it stays, up to that bounty`
    case "Owner":
      return `offer the contract to ${what.owner}, which becomes the owner if it accepts within two days`
    case "Code":
      return `run the code ${what.codeHash}`
    case "Rest":
      return `pay the ended subnet's TAO that nobody can claim to ${what.to}`
  }
}

export interface WaitingChange extends Announced {
  readonly does: string
  /** `waits`: not applicable yet. `lapsed`: no longer applicable. */
  readonly state: "waits" | "applicable" | "lapsed"
  /** What the votes against it weigh; more than half of the total can drop it. */
  readonly vetoWeight: bigint
  readonly totalWeight: bigint
}

const sum = (amounts: ReadonlyArray<bigint>): bigint => amounts.reduce((all, amount) => all + amount, 0n)

/** Those who have a say in a change: nobody has in its own removal. */
const electorateOf = (what: Change, { validators }: Weights) =>
  validators.filter(({ hotkey }) => what._tag !== "RemoveValidator" || what.hotkey !== hotkey)

/** Announced changes that are not applied yet, at the finalised head. */
export const waitingChanges = Effect.fn("owner.waitingChanges")(function* () {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const head = yield* chain.finalisedHead
  const [announced, { validators }, config] = yield* Effect.all(
    [contract.stored("announced", {}, head), contract.read("validators", {}, head), contract.read("config", {}, head)],
    { concurrency: 3 }
  )
  // By the notes: who may be removed votes on no issue, but its vetoes count.
  const noted = weightsNoted(validators)
  const changes = announced.map(
    (change): WaitingChange => ({
      ...change,
      does: describeChange(change.what, config),
      state: head.number < change.appliesFrom ? "waits" : head.number <= change.appliesUntil ? "applicable" : "lapsed",
      vetoWeight: sum(electorateOf(change.what, noted).flatMap(({ hotkey, weight }) => (change.vetoes.includes(hotkey) ? [weight] : []))),
      totalWeight: sum(electorateOf(change.what, noted).map(({ weight }) => weight))
    })
  )
  return { block: head.number, changes }
})
