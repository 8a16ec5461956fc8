/** The contract's settings: defaults, bounds, and how they are parsed and printed. */
import { Either, Schema } from "effect"
import type { ContractConfig } from "../../contract-client/generated.ts"
import { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha, parseAlpha, RAO_PER_ALPHA } from "../../domain/Amount.ts"
import { formatBlocks, formatPeriod, parsePeriod } from "../../domain/Blocks.ts"
import { InvalidInput } from "../../domain/failures.ts"

/** The settings that the deployer chooses. The deployment determines the others. */
export type ContractSettings = Omit<
  ContractConfig,
  "netuid" | "devChain" | "treasuryHotkey" | "treasuryColdkey" | "treasuryBirth" | "rosterSignerSince"
>
export type SettingName = keyof ContractSettings
export type SettingValue = bigint | number | AccountAddress

/** The settings of a new contract. The roster signer defaults to the subnet owner's hotkey. */
export type NewSettings = Omit<ContractSettings, "rosterSigner"> & Partial<Pick<ContractSettings, "rosterSigner">>

/** Blocks of 12 s in a day. */
const DAY = 7_200

/** The defaults of a new contract. Durations are in blocks of 12 s. */
export const defaultSettings: NewSettings = {
  day: DAY,
  minBounty: 10_000_000_000n,
  maxBounty: 10_000_000_000_000n,
  submissionWindow: 14_400,
  competitionLength: 100_800,
  outcomeGrace: DAY,
  challengePeriod: DAY,
  roundLength: 300,
  attestBlocks: 50,
  quorumBps: 5_001,
  maxCompetitionsPerMiner: 1,
  collateralBps: 0,
  slashBps: 10_000,
  harvestStep: 32,
  recycleAfter: 7 * DAY,
  ownerDelay: DAY
}

/** Shorter durations for a development chain. */
export const defaultsOn = (isDevelopment: boolean): NewSettings =>
  isDevelopment ? { ...defaultSettings, day: 10, challengePeriod: 10, recycleAfter: 70, ownerDelay: 10 } : defaultSettings

interface Rule {
  readonly unit: "alpha" | "period" | "share" | "count" | "account"
  /** Both bounds are inclusive, in rao, blocks or basis points. */
  readonly least: bigint
  readonly most: bigint
  readonly means: string
  /** A further condition that the contract checks. */
  readonly also?: string
  /** Set at deployment, and fixed after it. */
  readonly isFixed?: boolean
}

const YEAR = 2_628_000n
/** The maximum alpha supply of a subnet. A larger minimum was probably written in rao. */
const ALL_ALPHA = 21_000_000n * RAO_PER_ALPHA

/** In blocks of 12 seconds. */
const WEEK = 50_400n

const period = (least: bigint, means: string, also?: string, most = YEAR): Rule => ({
  unit: "period",
  least,
  most,
  means,
  ...(also === undefined ? {} : { also })
})
const share = (least: bigint, means: string): Rule => ({ unit: "share", least, most: 10_000n, means })
const count = (most: bigint, means: string): Rule => ({ unit: "count", least: 1n, most, means })

export const settingRules: { readonly [Name in SettingName]: Rule } = {
  day: {
    ...period(1n, "how long stake must have been there to weigh in a vote", "at least 7,200 blocks except on a dev chain", WEEK),
    isFixed: true
  },
  minBounty: { unit: "alpha", least: 1n, most: ALL_ALPHA, means: "the smallest bounty an issue may have", also: "at most maxBounty" },
  maxBounty: { unit: "alpha", least: 1n, most: ALL_ALPHA, means: "the largest bounty an issue may have", also: "at least minBounty" },
  submissionWindow: period(0n, "from a match's start until pull requests count", "less than competitionLength", YEAR - 1n),
  competitionLength: period(1n, "from a match's start until its deadline", "more than submissionWindow"),
  outcomeGrace: period(0n, "after the deadline: how long validators have to agree on what GitHub shows"),
  challengePeriod: period(
    1n,
    "the least time for which votes on an issue's end must stand before they count",
    "at least day; if ownerDelay and half a day are longer, votes must stand for that long",
    2n * WEEK
  ),
  roundLength: period(2n, "the validators' common clock", "more than attestBlocks"),
  attestBlocks: period(1n, "the start of a round, in which validators attest enrolments", "less than roundLength", YEAR - 1n),
  quorumBps: share(5_001n, "the share of the validators' weight that decides a vote"),
  maxCompetitionsPerMiner: count(256n, "most running matches for one miner"),
  collateralBps: share(0n, "share of the bounty that a competitor must have deposited"),
  slashBps: share(0n, "share of that collateral lost by losing, or by not solving the issue at all"),
  harvestStep: count(100n, "most issues that one harvest fills"),
  recycleAfter: period(7n, "how long free money waits for an issue before it is recycled (at most twice as long)", "at least 7 times day"),
  ownerDelay: period(
    0n,
    "from the announcement of a change until it may be applied; 0 while setting up",
    "never lowered, and 0 or at least day; three days give a multisig or a delayed proxy time to act",
    WEEK
  ),
  rosterSigner: { unit: "account", least: 0n, most: 0n, means: "the hotkey that signs rosters", also: "registered on the subnet" }
}

const isSettingName = (text: string): text is SettingName => Object.hasOwn(settingRules, text)
export const settingNames: ReadonlyArray<SettingName> = Object.keys(settingRules).filter(isSettingName)
export const changeableNames: ReadonlyArray<SettingName> = settingNames.filter((name) => settingRules[name].isFixed !== true)

export const invalidSetting = (setting: string, reason: string) => new InvalidInput({ message: `the setting ${setting}: ${reason}` })

const flatName = (name: string): string => name.replace(/[-_]/g, "").toLowerCase()

/** Finds a setting by name. `roundLength`, `round-length` and `round_length` are equal. */
export const settingNamed = (written: string): SettingName | undefined => settingNames.find((name) => flatName(name) === flatName(written))

const rangeOf = ({ unit, least, most }: Rule): string => {
  switch (unit) {
    case "alpha":
      return `${formatAlpha(least)} to ${formatAlpha(most)} alpha`
    case "period":
      return `${least} to ${formatBlocks(Number(most))}`
    case "share":
      return `${Number(least) / 100}% to ${Number(most) / 100}%`
    case "count":
      return `${least} to ${most}`
    case "account":
      return "an address"
  }
}

/** A setting's bounds: `2 to 2,628,000 blocks, more than attestBlocks`. */
export const boundsOf = (name: SettingName): string => {
  const rule = settingRules[name]
  return rule.also === undefined ? rangeOf(rule) : `${rangeOf(rule)}, ${rule.also}`
}

const parseShare = (text: string): Either.Either<bigint, string> => {
  const [, whole, fraction = "", unit] = /^(\d{1,5})(?:\.(\d{1,2}))?(%|bps)?$/.exec(text) ?? []
  if (whole === undefined || (unit !== "%" && fraction !== ""))
    return Either.left(`"${text}" is not a share: write it like 50.01%, or in basis points like 5001`)
  return Either.right(unit === "%" ? BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0")) : BigInt(whole))
}

const asAddress = Schema.decodeUnknownEither(Schema.Trim.pipe(Schema.compose(AccountAddress)))

const parseNumber = ({ unit }: Rule, text: string): Either.Either<bigint, string> => {
  switch (unit) {
    case "alpha":
      return Either.mapLeft(parseAlpha(text), ({ message }) => message)
    case "period":
      return Either.mapBoth(parsePeriod(text), { onLeft: ({ message }) => message, onRight: BigInt })
    case "share":
      return parseShare(text)
    default:
      return /^\d{1,10}$/.test(text) ? Either.right(BigInt(text)) : Either.left(`"${text}" is not a whole number`)
  }
}

/** Parses a value, such as `2d` as 14,400 blocks, and checks the setting's own bounds. */
export const parseSetting = (name: SettingName, text: string): Either.Either<SettingValue, InvalidInput> => {
  const rule = settingRules[name]
  const invalid = (reason: string) => invalidSetting(`${name}=${text}`, reason)
  if (rule.unit === "account") return Either.mapLeft(asAddress(text), () => invalid(`it must be ${boundsOf(name)}`))
  return parseNumber(rule, text.trim()).pipe(
    Either.filterOrLeft(
      (value) => value >= rule.least && value <= rule.most,
      () => `it must be ${boundsOf(name)}`
    ),
    Either.mapBoth({ onLeft: invalid, onRight: (value) => (rule.unit === "alpha" ? value : Number(value)) })
  )
}

/** Parses `round-length=1h` into the setting's name and value. */
export const parseAssignment = (name: string, text: string): Either.Either<readonly [SettingName, SettingValue], InvalidInput> => {
  const known = settingNamed(name)
  return known === undefined
    ? Either.left(invalidSetting(name, `there is no such setting; choose one of ${settingNames.join(", ")}`))
    : Either.map(parseSetting(known, text), (value) => [known, value] as const)
}

/** A value in the contract's unit and in a readable one: `14,400 blocks` and `2 days`. */
export const showSetting = (name: SettingName, value: SettingValue): { readonly exact: string; readonly means: string } => {
  const { unit } = settingRules[name]
  if (unit === "account") return { exact: String(value), means: "" }
  if (unit === "alpha") return { exact: `${value} rao`, means: `${formatAlpha(BigInt(value))} α` }
  if (unit === "period") return { exact: formatBlocks(Number(value)), means: formatPeriod(Number(value)) }
  if (unit === "share") return { exact: `${value} bps`, means: `${Number(value) / 100}%` }
  return { exact: String(value), means: "" }
}
