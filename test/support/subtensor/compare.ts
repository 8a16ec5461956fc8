/** Replays recorded sequences on a chain, and finds differences from the recording. */
import type { Sequence, State, Step } from "./sequences.ts"

/** The result of a step. */
export interface Played {
  /** `ok`, the return code, or the error's name. */
  readonly result: string
  /** The amount that recycling or burning returns. Null when refused. */
  readonly answer: bigint | null
}

/** A chain on which sequences are played, one after the other. */
export interface PoolChain {
  /** Resets to the sequence's reserves and the state before its first step. */
  readonly begin: (sequence: Sequence) => void
  readonly play: (step: Step) => Played
  /** The state of these hotkeys and coldkeys. */
  readonly state: (hotkeys: ReadonlyArray<string>, coldkeys: ReadonlyArray<string>) => State
}

/** A difference: its location, and the values of the recording and of the chain. */
export interface Difference {
  readonly sequence: string
  /** From 1; 0 is the start. */
  readonly step: number
  readonly what: string
  readonly recorded: string
  readonly played: string
}

const hotkeys = ["H0", "H1", "H2", "H3"]
const coldkeys = ["C0", "C1", "C2", "C3", "C4"]
const contract = "C4"

/** A state as names and values. Absent entries are 0. */
const plain = (state: State): ReadonlyMap<string, string> => {
  const values = new Map<string, string>([["alphaOut", String(state.alphaOut)]])
  for (const { holders, hotkey, legacyShares, shares, total } of state.pools) {
    values.set(`total of ${hotkey}`, String(total))
    values.set(`shares of ${hotkey}`, String(shares))
    values.set(`legacyShares of ${hotkey}`, String(legacyShares))
    for (const { coldkey, legacyShare, share, stake } of holders) {
      values.set(`stake of ${coldkey} behind ${hotkey}`, String(stake))
      values.set(`share of ${coldkey} behind ${hotkey}`, String(share))
      values.set(`legacyShare of ${coldkey} behind ${hotkey}`, String(legacyShare))
    }
  }
  return values
}

const nothing = (name: string): string => (/^(stake|total)/.test(name) ? "0" : "null")

const readIn = (state: State, hotkey: string, coldkey: string): bigint =>
  state.pools.find((pool) => pool.hotkey === hotkey)?.holders.find((holder) => holder.coldkey === coldkey)?.stake ?? 0n

/** The recording's values besides the state, and those of the replayed states. */
const measured = (step: Step, before: State, after: State, beforeDeposit: State): ReadonlyArray<readonly [string, unknown, unknown]> => {
  if (step.op === "transfer" && step.partOf === "deposit") {
    const change = (coldkey: string) => readIn(after, step.hotkey, coldkey) - readIn(before, step.hotkey, coldkey)
    return [
      ["given", step.given, -change(step.coldkey)],
      ["arrived", step.arrived, change(contract)]
    ]
  }
  if (step.op === "move" && step.partOf === "deposit") {
    return [
      ["pooled", step.pooled, readIn(after, step.toHotkey, contract) - readIn(before, step.toHotkey, contract)],
      ["leftBehind", step.leftBehind, readIn(after, step.hotkey, contract) - readIn(beforeDeposit, step.hotkey, contract)]
    ]
  }
  return []
}

/**
 * A sequence from a recorded state for each recorded step. The recording is of June 2026. Since release 463 more than there is is refused instead of
 * reduced, so each step asks for no more. Left out are pools whose parts do not fit together, which release 460 takes for closed.
 */
export const singleSteps = (sequence: Sequence): ReadonlyArray<Sequence> =>
  sequence.theme === "odd start"
    ? []
    : sequence.steps.map((step, index) => {
        const start = sequence.steps[index - 1]?.state ?? sequence.start
        if (step.op !== "transfer" && step.op !== "move") return { ...sequence, start, steps: [step] }
        const held = readIn(start, step.hotkey, step.coldkey)
        return { ...sequence, start, steps: [{ ...step, partOf: undefined, amount: step.amount < held ? step.amount : held }] }
      })

/** Rao by which a movement may end otherwise since release 459, which rounds shares otherwise. */
const ROUNDING = 2n

/** Whether a difference from the recording is more than roundings. */
export const isMore = ({ played, recorded, what }: Difference): boolean => {
  if (/share/i.test(what)) return false
  if (!/^(stake|total)/.test(what)) return true
  const apart = BigInt(played) - BigInt(recorded)
  return apart > ROUNDING || apart < -ROUNDING
}

/** The differences from a recorded sequence. It stops after a step that differs, because later steps would differ too. */
export const differencesOf = (chain: PoolChain, sequence: Sequence): ReadonlyArray<Difference> => {
  const differences: Array<Difference> = []
  const compare = (step: number, what: string, recorded: unknown, played: unknown) => {
    if (String(recorded) === String(played)) return
    differences.push({ sequence: sequence.sequence, step, what, recorded: String(recorded), played: String(played) })
  }
  const compareStates = (step: number, recorded: State, played: State) => {
    const [expected, found] = [plain(recorded), plain(played)]
    for (const name of new Set([...expected.keys(), ...found.keys()]))
      compare(step, name, expected.get(name) ?? nothing(name), found.get(name) ?? nothing(name))
  }

  chain.begin(sequence)
  let before = chain.state(hotkeys, coldkeys)
  let beforeDeposit = before
  compareStates(0, sequence.start, before)
  for (const [index, step] of sequence.steps.entries()) {
    if (differences.length > 0) break
    // Whether the chain unstakes depends on its pool's liquidity, which is not compared.
    if (step.op === "unstake" && step.result !== "ok") continue
    if (step.op === "transfer") beforeDeposit = before
    const { answer, result } = chain.play(step)
    const after = chain.state(hotkeys, coldkeys)
    compare(index + 1, "result", step.result, result)
    if ((step.op === "recycle" || step.op === "burn") && step.answer !== undefined) compare(index + 1, "answer", step.answer, answer)
    for (const [what, recorded, played] of measured(step, before, after, beforeDeposit)) compare(index + 1, what, recorded, played)
    compareStates(index + 1, step.state, after)
    before = after
  }
  return differences
}
