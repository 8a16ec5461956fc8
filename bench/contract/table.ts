/** The costs as tables for people and as rows for programs, with their bounds. */
import { messages } from "../../src/contract-client/generated.ts"
import type { Cost } from "./chain.ts"

/** The cost of one message, with the number of issues, competitions and validators at which it was measured. */
export interface Measured {
  readonly message: string
  readonly validators: number
  readonly issues: number
  readonly cost: Cost
}

/** The largest allowed relative difference between a message's gas with the most and with the fewest issues. */
const EQUAL = 0.05
/** Three quarters of two seconds: the limit that Subtensor's comments name, although its blocks allow users twice as much. */
const STRICT_LIMIT = 1_500_000_000_000n
/** The largest share of that limit for one message. */
const WIDE_MARGIN = 0.5

const order: ReadonlyArray<{ readonly label: string; readonly mutates: boolean }> = Object.values(messages)
/** The contract's label of a measured message, whose name may have details behind a comma. */
export const labelOf = (message: string): string => message.split(",", 1)[0] ?? message
const placeOf = (message: string) => order.findIndex(({ label }) => label === labelOf(message))
const mutates = (message: string) => order[placeOf(message)]?.mutates === true

const milliseconds = (cost: Cost) => (Number(cost.refTime) / 1e9).toFixed(2)
const kilobytes = (cost: Cost) => (Number(cost.proofSize) / 1_000).toFixed(1)
const grouped = (value: number | bigint) => value.toLocaleString("en-US")

/** Rows in the contract's order of messages, and within a message in the order of measurement. */
const labels = (all: ReadonlyArray<Measured>) => [...new Set(all.map(({ message }) => message))].sort((a, b) => placeOf(a) - placeOf(b))

/** The costs with the most issues, of one size of the whitelist. With fewer issues they are the same, or `complaints` says so. */
const table = (all: ReadonlyArray<Measured>, limit: bigint): string => {
  const lines = labels(all).map((label) => {
    const cost = all.filter(({ message }) => message === label).reduce((a, b) => (b.issues > a.issues ? b : a)).cost
    const share = `${((Number(cost.refTime) / Number(limit)) * 100).toFixed(2)}%`
    return [label, milliseconds(cost), kilobytes(cost), share, cost.deposit === 0n ? "" : grouped(cost.deposit)]
  })
  const heads = ["ms", "kB", "of the limit", "deposit, rao"]
  return [["message", ...heads], ["---", ...heads.map(() => "--:")], ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}

/** Subtensor's fee for weight, in rao a picosecond, and roughly its fee for a message's bytes and the transaction itself, in rao. */
const RAO_PER_PICOSECOND = 0.00025
const RAO_PER_MESSAGE = 225_000
const ROUNDS_A_DAY = 24
/** Numbers of open issues and of matches that start in a day: the assumption of docs/scale.md for today, and ten times as many. */
const SIZES = [
  { issues: 10, matches: 1 },
  { issues: 100, matches: 10 }
] as const

/**
 * How often a validator sends a message in a day, by open issues, matches and validators. A message that only one of all validators sends counts in
 * proportion.
 */
const SENT: ReadonlyArray<
  readonly [
    message: string,
    when: string,
    times: (subnet: { readonly issues: number; readonly matches: number; readonly validators: number }) => number
  ]
> = [
  ["attest_enrolled, the last of all", "when enrolments change (assumed: once per match)", ({ matches }) => matches],
  ["renew_attestations, the last of all", "for all issues, three rounds before the day ends", () => ROUNDS_A_DAY / (ROUNDS_A_DAY - 3)],
  ["vote_pair, the last of all, decides nothing", "once per match", ({ matches }) => matches],
  ["vote_outcome, the last of all", "once per match", ({ matches }) => matches],
  ["harvest, fills 1 and recycles the rest", "one of them, once per round", ({ validators }) => ROUNDS_A_DAY / validators],
  ["note_weights, ends the day", "one of them, twice a day", ({ validators }) => 2 / validators],
  ["settle, wins and slashes the loser", "one of them, once per match", ({ matches, validators }) => matches / validators],
  ["payout", "one of them, once per match", ({ matches, validators }) => matches / validators]
]

/** What each message costs a validator in a day and in a month of 30, in TAO, on a whitelist of `validators`. */
const fees = (all: ReadonlyArray<Measured>, validators: number): string => {
  const rows = SENT.flatMap(([message, when, times]) => {
    const cost = all.find((one) => one.message === message && one.validators === validators)?.cost
    return cost === undefined
      ? []
      : [{ message: labelOf(message), when, times, rao: Number(cost.refTime) * RAO_PER_PICOSECOND + RAO_PER_MESSAGE }]
  })
  const tao = (rao: number) => (rao / 1e9).toFixed(4)
  const dayOf = (size: (typeof SIZES)[number], { rao, times }: (typeof rows)[number]) => rao * times({ ...size, validators })
  const cells = (day: (size: (typeof SIZES)[number]) => number) => SIZES.flatMap((size) => [tao(day(size)), tao(30 * day(size))])
  const heads = SIZES.flatMap(({ issues, matches }) => [`a day, ${issues} issues, ${matches} matches`, "a month"])
  const lines = [
    ["message", "sent by a validator", "rao each", ...heads],
    ["---", "---", "--:", ...heads.map(() => "--:")],
    ...rows.map((row) => [row.message, row.when, grouped(Math.round(row.rao / 1_000) * 1_000), ...cells((size) => dayOf(size, row))]),
    ["all", "", "", ...cells((size) => rows.reduce((sum, row) => sum + dayOf(size, row), 0))]
  ]
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n")
}

/**
 * How many times as much as in the last released edition these messages may cost. The aim was 1.1, which the fourth edition misses: it reads since when
 * each validator is listed, what votes weighed when they were cast, and which changes wait.
 */
const BOUND = 1.35
const BOUNDED: ReadonlyArray<string> = [
  "note_weights, ends the day",
  "vote_outcome, the last of all",
  "settle, wins and slashes the loser",
  "settle, cancels",
  "settle, nobody solved it"
]
const COMPARED = [
  "attest_enrolled, the last of all",
  "vote_pair, the last of all, decides nothing",
  ...BOUNDED,
  "payout",
  "harvest, recycles everything"
]

const timesOf = (now: Cost, before: Cost) => Number(now.refTime) / Number(before.refTime)

const pairsOf = (all: ReadonlyArray<Measured>, earlier: ReadonlyArray<Measured>, messages: ReadonlyArray<string>) =>
  messages.flatMap((message) => {
    const of = (rows: ReadonlyArray<Measured>) =>
      rows.find((one) => one.message === message && one.validators === earlier[0]?.validators)?.cost
    const [now, before] = [of(all), of(earlier)]
    return now === undefined || before === undefined ? [] : [{ message, now, before }]
  })

const comparison = (all: ReadonlyArray<Measured>, earlier: ReadonlyArray<Measured>): string => {
  const rows = pairsOf(all, earlier, COMPARED).map(({ message, now, before }) => [
    message,
    milliseconds(before),
    milliseconds(now),
    timesOf(now, before).toFixed(2),
    kilobytes(before),
    kilobytes(now)
  ])
  const heads = ["message", "ms, before", "ms, now", "times", "kB, before", "kB, now"]
  return [heads, ["---", ...heads.slice(1).map(() => "--:")], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}

/** Open issues for which the sizes of cells are added up. */
const OPEN = 500

/** The sizes of full cells, and what so many open issues come to. */
const stored = (cells: ReadonlyMap<string, number>): string => {
  const bytes = (...fields: ReadonlyArray<string>) => fields.reduce((sum, field) => sum + (cells.get(field) ?? 0), 0)
  const megabytes = (count: number) => (count / 1e6).toFixed(1)
  const read = OPEN * bytes("attestations")
  const list = [
    ["the whitelist", bytes("validators")],
    ["when each was listed", bytes("listings")],
    ["renewals", bytes("renewals")],
    ["an issue", bytes("issues")],
    ["its attestations", bytes("attestations")],
    ["its votes for a pair", bytes("pairBallots")],
    ["its votes on the end", bytes("outcomeBallots")],
    ["what those weighed when cast", bytes("casts")]
  ] as const
  return `Bytes of storage cells once all validators have attested and voted: ${list.map(([what, count]) => `${what} ${grouped(count)}`).join(", ")}. ${OPEN} open issues with all attestations take ${megabytes(read + OPEN * bytes("issues"))} MB: a validator reads ${megabytes(read)} MB of attestations in one request.`
}

/** The section for contracts/README.md: the code's size, the limits, and a table of all messages with the largest whitelist. */
export const report = (
  all: ReadonlyArray<Measured>,
  wasmBytes: number,
  limits: { readonly transaction: bigint; readonly block: bigint },
  cells: ReadonlyMap<string, number>,
  earlier: ReadonlyArray<Measured>
) => {
  const most = Math.max(1, ...all.map(({ validators }) => validators))
  const rows = all.filter(({ validators }) => validators === most)
  const dearest = rows.filter(({ message }) => mutates(message)).sort((a, b) => Number(b.cost.refTime - a.cost.refTime))[0]
  const summary = dearest === undefined ? "" : `: ${milliseconds(dearest.cost)} ms at most (${dearest.message})`
  const seconds = (picoseconds: bigint) => (Number(picoseconds) / 1e12).toFixed(2)
  return [
    `The code has ${grouped(wasmBytes)} bytes. One transaction may use ${seconds(limits.transaction)} s of a block, and all of users' transactions together ${seconds(limits.block)} s.`,
    `What each of ${most} validators with 4 coldkeys pays in TAO, at these weights and Subtensor's fees:`,
    fees(all, most),
    ...(earlier.length === 0 ? [] : ["Compared with the edition released last, measured in the same run:", comparison(all, earlier)]),
    stored(cells),
    `<details><summary>All messages, with ${most} validators of 4 coldkeys each${summary}</summary>\n\n${table(rows, limits.transaction)}\n\n</details>`
  ].join("\n\n")
}

/** The bounds that are broken, as sentences. */
export const complaints = (
  all: ReadonlyArray<Measured>,
  wasmBytes: number,
  earlier: ReadonlyArray<Measured>,
  equal = EQUAL
): ReadonlyArray<string> => {
  const sizes = all.map(({ issues }) => issues)
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)]
  const grown = all.flatMap(({ message, validators, issues, cost }) => {
    const early = all.find((other) => other.message === message && other.validators === validators && other.issues === fewest)?.cost
    if (issues !== most || early === undefined || !mutates(message)) return []
    const times = [Number(cost.refTime) / Number(early.refTime), Number(cost.proofSize) / Number(early.proofSize)]
    return times.some((factor) => Math.abs(factor - 1) > equal)
      ? [`${message} costs ${Math.max(...times).toFixed(2)} times as much at ${most} issues as at ${fewest} (whitelist of ${validators})`]
      : []
  })
  const dear = all
    .filter(({ message, cost }) => mutates(message) && Number(cost.refTime) > Number(STRICT_LIMIT) * WIDE_MARGIN)
    .map(({ message, validators, cost }) => `${message} needs ${milliseconds(cost)} ms (whitelist of ${validators})`)
  const large = wasmBytes > 98_304 ? [`the code has ${wasmBytes} bytes: 96 KiB are the limit`] : []
  const dearer = pairsOf(all, earlier, BOUNDED)
    .filter(({ before, now }) => timesOf(now, before) > BOUND)
    .map(({ before, message, now }) => `${message} costs ${timesOf(now, before).toFixed(2)} times as much as in the edition released last`)
  const compared = new Set(pairsOf(all, earlier, BOUNDED).map(({ message }) => message))
  const missing =
    earlier.length === 0
      ? []
      : BOUNDED.filter((message) => !compared.has(message)).map((message) => `${message} was not measured in both editions`)
  return [...new Set([...grown, ...dear, ...dearer, ...missing, ...large])]
}
