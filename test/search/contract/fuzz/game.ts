/** Plays one sequence on the real contract and on the model, and stops at the first difference. */
import { Either, HashMap } from "effect"
import type { Action, Outcome, send, World } from "../../../../lab/contract-model/ContractModel.ts"
import type { StakePool } from "../../../../lab/contract-model/StakePool.ts"
import { newState } from "../../../../lab/contract-model/State.ts"
import {
  type ChainFunction,
  ChainTrap,
  chainFunctions,
  emptySubnet,
  refusalOfStatus,
  stakeOf,
  withStake
} from "../../../../lab/contract-model/Subnet.ts"
import { ask as answerOf, stored, type View } from "../../../../lab/contract-model/views.ts"
import { concat, unsigned } from "../../../../lab/devnet/chain/codec/scale.ts"
import type { Executor } from "../../../../lab/devnet/chain/executor/Executor.ts"
import type { MessageArguments } from "../../../../src/contract-client/generated.ts"
import type { Reading, ReadingArguments } from "../../../../src/contract-client/readings.ts"
import { type AccountAddress, toPublicKey } from "../../../../src/domain/Account.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import { NETUID } from "../../../support/contract/subnet.ts"
import { COVER } from "../../../support/figures.ts"
import { turnDay } from "./acts.ts"
import { Cells, stateOfCells, stateOfModel } from "./cells.ts"
import type { Coverage } from "./coverage.ts"
import { Fork } from "./fork.ts"
import type { Interface } from "./interface.ts"
import { Invariants } from "./invariants.ts"
import * as keys from "./keys.ts"
import { show } from "./show.ts"
import type { Stage } from "./stage.ts"

/** Contract and model differ, or an invariant is broken. The message names the difference. */
class Disagreement extends Error {}

/** The chain's misbehaviour during a fault. */
export type Fault =
  | { readonly kind: "status"; readonly of: ChainFunction; readonly code: number }
  | { readonly kind: "locked"; readonly account: AccountAddress; readonly hotkey: AccountAddress; readonly amount: bigint }
  | {
      readonly kind: "runtimeCalls" | "proxyRemoved" | "transfersOff" | "tokenOff" | "largeMinStake"
    }

/** Shared by a run's sequences. */
export interface Table {
  readonly stage: Stage
  readonly executor: Executor
  readonly face: Interface
  readonly coverage: Coverage
  /** The rules to compare the contract with. */
  readonly rules: typeof send
}

/** The stakes of the first three validators' first coldkeys, and those that the others may add. */
const openingStakes = [50_000n, 30_000n, 20_000n, 10_000n, 40_000n].map((alpha) => alpha * ALPHA)

/** A lost competition costs collateral from the beginning. */
const openingSettings = [
  { _tag: "CollateralBps", value: 1_000 },
  { _tag: "SlashBps", value: 5_000 }
] as const

/** A message's result by the rules, as plain values. */
interface Expected extends Omit<Outcome<unknown>, "answer"> {
  readonly answer: { readonly _tag: "Ok" | "Err" | "Trap"; readonly value: unknown }
}

const plainAnswer = (answer: Either.Either<unknown, unknown>): Expected["answer"] =>
  Either.match(answer, {
    onLeft: (value) => ({ _tag: "Err", value }),
    onRight: (value) => ({ _tag: "Ok", value })
  })

/** A pool as plain values, with its holders in order. */
const plainPool = ({ holders, shares, total }: StakePool): unknown => ({ total, shares, holders: [...HashMap.entries(holders)].sort() })

/** The views without arguments. */
const plainViews = ["config", "validators", "treasury", "ended", "version"] as const satisfies ReadonlyArray<View>

/** The readings without arguments. */
const plainReadings = [
  "owner",
  "offer",
  "paused",
  "announced",
  "counts",
  "issues",
  "competitions"
] as const satisfies ReadonlyArray<Reading>

export class Game {
  readonly fork: Fork
  world: World
  /** The steps so far, in words. */
  readonly journal: Array<string> = []
  private readonly cells: Cells
  private readonly invariants: Invariants
  private fault: Fault | undefined

  /**
   * A sequence starts in service, with an owner's delay of a day, or during the contract's set-up. The first validators' stake has weight.
   */
  constructor(
    readonly table: Table,
    opening: "service" | "setup"
  ) {
    const { stage } = table
    const { actors, config, contract } = stage
    this.fork = new Fork(table.executor, table.face, stage)
    const hotkeys = [...actors.validators, ...actors.miners.slice(0, -1)].map(({ hotkey }) => hotkey)
    this.world = {
      state: newState(contract, actors.owner, config),
      subnet: {
        ...emptySubnet(stage.block),
        hotkeys: new Set([...hotkeys, ...stage.treasuries.slice(0, 2).map(({ hotkey }) => hotkey)]),
        codes: new Set(stage.codes),
        proxyOf: new Set(stage.treasuries.slice(0, 2).map(({ coldkey }) => coldkey))
      }
    }
    this.setBlock(100)
    actors.validators.forEach(({ coldkeys: [coldkey], hotkey }, index) => {
      const stake = openingStakes[index] ?? 0n
      if (coldkey !== undefined) this.setStake(hotkey, coldkey, stake)
    })
    actors.miners.forEach(({ coldkey, hotkey }, index) => {
      this.setStake(hotkey, coldkey, 300n * ALPHA)
      // another coldkey that may deposit behind the same hotkey
      const other = actors.miners[(index + 2) % actors.miners.length]?.coldkey
      if (other !== undefined) this.setStake(hotkey, other, 100n * ALPHA)
    })
    this.setStake(config.treasuryHotkey, contract, COVER)
    this.cells = new Cells(table.face, this.fork)
    this.invariants = new Invariants(stage, this.fork, this.cells)
    for (const { coldkeys, hotkey } of actors.validators.slice(0, 3)) {
      this.send(actors.owner, "addValidator", { hotkey, coldkeys: coldkeys.slice(0, 1) })
    }
    if (opening === "service")
      this.send(actors.owner, "setConfig", { settings: [...openingSettings, { _tag: "OwnerDelay", value: config.day }] })
    for (let turn = 0; turn < 2; turn++) turnDay(this)
  }

  get block(): number {
    return this.world.subnet.block
  }

  /** An account's name, or its address if it has none. */
  name(account: string): string {
    const { actors, contract, treasuries } = this.table.stage
    if (account === contract) return "contract"
    const treasury = treasuries.findIndex(({ coldkey, hotkey }) => account === coldkey || account === hotkey)
    if (treasury >= 0) return `treasury${treasury}${treasuries[treasury]?.coldkey === account ? ".cold" : ""}`
    return actors.nameOf(account) ?? account
  }

  /** Sends a message to both sides and compares everything. Returns whether it was accepted. */
  send<Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): boolean {
    this.journal.push(`${this.block}: ${this.name(caller)} ${name} ${this.text(args)}`)
    const before = this.invariants.before()
    const expected = this.expected(caller, name, args)
    const sent = this.fork.send(caller, name, args)
    const { answer } = expected
    this.journal.push(`    ${this.text(sent.answer)}`)
    this.table.coverage.count(name, answer)
    if (!(answer._tag === "Err" && this.isUnreadable(sent.answer))) this.expectSame(`the answer to ${name}`, sent.answer, answer)
    this.expectSame(`the events of ${name}`, sent.events, expected.events)
    this.world = expected.world
    this.cells.update(sent.changed)
    if (sent.accepted) this.compareState(name)
    const { exists, registrations } = this.world.subnet
    const ended = !exists || registrations !== this.world.state.registration
    const message = { caller, name, args, sent, block: this.block, ended }
    const broken = this.invariants.after(before, message)
    if (broken !== undefined) throw new Disagreement(`${broken}, after ${name}`)
    return sent.accepted
  }

  /** The rules' result of a message. A trap of the chain changes nothing either. */
  private expected<Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): Expected {
    try {
      const { answer, events, world } = this.table.rules(this.world, caller, name, args)
      return { answer: plainAnswer(answer), events, world }
    } catch (cause) {
      if (!(cause instanceof ChainTrap)) throw cause
      return { answer: { _tag: "Trap", value: cause.reason }, events: [], world: this.world }
    }
  }

  /** While stakes cannot be read, that error and the model's own refusal are both acceptable, whichever is checked first. */
  private isUnreadable(answer: unknown): boolean {
    if (this.fault?.kind !== "status" || this.fault.of !== "stakeInfo") return false
    return Bun.deepEquals(answer, {
      _tag: "Err",
      value: { _tag: "Subtensor", value: this.fault.code === 0 ? { _tag: "UnreadableAnswer" } : refusalOfStatus(this.fault.code) }
    })
  }

  private compareState(after: string): void {
    const real = stateOfCells(this.cells, this.block)
    const model = stateOfModel(this.world.state, this.block)
    if (!Bun.deepEquals(real, model)) {
      for (const [field, value] of Object.entries(real as object)) {
        this.expectSame(`${field} after ${after}`, value, Object.entries(model as object).find(([other]) => other === field)?.[1])
      }
    }
    this.compareStakes(after)
  }

  private compareStakes(after: string): void {
    const { tao } = this.world.subnet
    if (this.world.state.woundUpAt !== null)
      this.expectSame(`the contract's TAO after ${after}`, this.fork.tao(this.table.stage.contract), tao.contract)
    for (const [hotkey, pool] of HashMap.entries(this.world.subnet.pools))
      this.expectSame(`the stake behind ${this.name(hotkey)} after ${after}`, plainPool(this.fork.pool(hotkey)), plainPool(pool))
  }

  private text(value: unknown): string {
    return show(value, (account) => this.name(account))
  }

  private expectSame(what: string, real: unknown, model: unknown): void {
    if (Bun.deepEquals(real, model)) return
    throw new Disagreement(`${what}:\n  contract ${this.text(real)}\n  model    ${this.text(model)}`)
  }

  /** Compares everything from scratch: decodes each cell again, and queries the views. */
  close(): void {
    this.expectSame("the cells, read again", stateOfCells(this.cells.afresh(), this.block), stateOfCells(this.cells, this.block))
    this.compareState("the end")
  }

  /** Queries every view, and every reading of the cells, for existing and missing entries. */
  compareViews(): void {
    const { actors, contract } = this.table.stage
    const ask = <Name extends View>(name: Name, args: MessageArguments<Name>) => {
      const { answer, gas } = this.fork.ask(actors.stranger, name, args)
      this.table.coverage.view(name, gas)
      this.expectSame(`${name} ${this.text(args)}`, answer, plainAnswer(answerOf(this.world, name, args)))
      const lie = this.invariants.lie(name, answer)
      if (lie !== undefined) throw new Disagreement(lie)
    }
    const read = <Name extends Reading>(name: Name, args: ReadingArguments<Name>) =>
      this.expectSame(`${name} ${this.text(args)}`, this.fork.stored(name, args), stored(this.world, name, args))
    for (const name of plainViews) ask(name, {})
    for (const name of plainReadings) read(name, {})
    read("issueByReference", { repository: "Acme/WIDGETS", number: 10 })
    for (const id of [1 + (this.block % 2), this.world.state.issueCount, this.world.state.issueCount + 1]) {
      read("issue", { id })
      read("competition", { id })
      read("ballotPair", { issue: id })
      read("ballotOutcome", { issue: id })
      ask("enrolled", { issue: id })
    }
    for (const { hotkey } of actors.miners.slice(0, 3)) read("competitionsOf", { hotkey, limit: 2 })
    read("competitionsOf", { hotkey: contract, limit: 1 })
    for (const side of [0, 1]) read("payee", { competition: Math.max(1, this.world.state.competitionCount), side })
    read("collateral", { miners: actors.miners.map(({ coldkey, hotkey }) => [hotkey, coldkey] as const) })
  }

  setBlock(block: number): void {
    this.fork.setBlock(block)
    this.world = { ...this.world, subnet: { ...this.world.subnet, block } }
  }

  /** Advances to this block unless it has been reached. */
  reach(block: number): void {
    if (block > this.block) this.setBlock(block)
  }

  stake(hotkey: AccountAddress, coldkey: AccountAddress): bigint {
    return stakeOf(this.world.subnet, hotkey, coldkey)
  }

  setStake(hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint): void {
    this.fork.setStake(hotkey, coldkey, amount)
    this.world = { ...this.world, subnet: withStake(this.world.subnet, hotkey, coldkey, amount) }
  }

  /** Removes all restrictions of the chain: every amount can be moved, behind every treasury's hotkey. */
  mend(): void {
    const { treasuries } = this.table.stage
    this.fork.set(keys.minStakeKey, unsigned(0, 8))
    for (const { coldkey, hotkey } of treasuries) this.fork.set(keys.hotkeyOwnerKey(hotkey), toPublicKey(coldkey))
    const hotkeys = new Set([...this.world.subnet.hotkeys, ...treasuries.map(({ hotkey }) => hotkey)])
    this.world = { ...this.world, subnet: { ...this.world.subnet, minStake: 0n, hotkeys } }
    this.journal.push(`${this.block}: the chain is mended`)
  }

  /** Changes stake from outside the contract. */
  changeStake(hotkey: AccountAddress, coldkey: AccountAddress, by: bigint): void {
    const now = this.stake(hotkey, coldkey) + by
    this.journal.push(`${this.block}: stake of ${this.name(coldkey)} behind ${this.name(hotkey)} ${by < 0n ? by : `+${by}`}`)
    this.setStake(hotkey, coldkey, now < 0n ? 0n : now)
  }

  /** Plays during this fault of the chain. */
  during(fault: Fault, play: () => void): void {
    if (this.fault !== undefined) throw new Error("one fault at a time")
    this.journal.push(`${this.block}: ${this.text(fault)} from here`)
    const undo = this.breakChain(fault)
    this.fault = fault
    try {
      play()
    } finally {
      this.fault = undefined
      undo()
      this.journal.push(`${this.block}: ${fault.kind} is over`)
    }
  }

  private breakChain(fault: Fault): () => void {
    const { config } = this.world.state
    const good = this.world.subnet
    const put = (key: string, value: Uint8Array | null, subnet: Partial<World["subnet"]>) => {
      const old = this.fork.get(key) ?? null
      this.fork.set(key, value)
      this.world = { ...this.world, subnet: { ...this.world.subnet, ...subnet } }
      return () => {
        this.fork.set(key, old)
        const { alphaOut, block, pools } = this.world.subnet
        this.world = { ...this.world, subnet: { ...good, alphaOut, block, pools } }
      }
    }
    switch (fault.kind) {
      case "status":
        return put(keys.faultKey(chainFunctions[fault.of]), unsigned(fault.code, 4), { faults: { [fault.of]: fault.code } })
      case "runtimeCalls":
        return put(keys.faultKey(0xffff), unsigned(1, 4), { runtimeCallsRefused: true })
      case "proxyRemoved":
        return put(keys.proxiesKey(config.treasuryColdkey), null, {
          proxyOf: new Set([...good.proxyOf].filter((coldkey) => coldkey !== config.treasuryColdkey))
        })
      case "transfersOff":
        return put(keys.transfersAllowedKey(NETUID), new Uint8Array([0]), { transfersAllowed: false })
      case "tokenOff":
        return put(keys.tokenEnabledKey(NETUID), new Uint8Array([0]), { tokenEnabled: false })
      case "largeMinStake":
        return put(keys.minStakeKey, unsigned(1_000_000n * ALPHA, 8), { minStake: 1_000_000n * ALPHA })
      case "locked": {
        const { account, amount, hotkey } = fault
        const lock = concat([unsigned(amount, 8), new Uint8Array(24)])
        return put(keys.lockKey(account, NETUID, hotkey), lock, { locks: HashMap.make([account, amount]) })
      }
    }
  }
}
