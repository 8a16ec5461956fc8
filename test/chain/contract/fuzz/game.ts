/** Plays one sequence on the real contract and on the model, and stops at the first difference. */
import { Either, HashMap } from "effect"
import { CODE_HASH, type MessageArguments } from "../../../../src/contract-client/generated.ts"
import type { Action, send, World } from "../../../../src/contract-model/ContractModel.ts"
import { newState } from "../../../../src/contract-model/State.ts"
import {
  type ChainFunction,
  chainFunctions,
  emptySubnet,
  refusalOfStatus,
  stakeOf,
  withStake
} from "../../../../src/contract-model/Subnet.ts"
import { ask as answerOf, type View } from "../../../../src/contract-model/views.ts"
import { unsigned } from "../../../../src/devnet/chain/codec/scale.ts"
import type { Executor } from "../../../../src/devnet/chain/executor/Executor.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { ALPHA, NETUID } from "../../../support/contract/support.ts"
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

/** What the chain does wrong during a fault. */
export type Fault =
  | { readonly kind: "status"; readonly of: ChainFunction; readonly code: number }
  | { readonly kind: "runtimeCalls" | "proxyRemoved" | "transfersOff" | "tokenOff" | "largeMinStake" }

/** What a run's sequences share. */
export interface Table {
  readonly stage: Stage
  readonly executor: Executor
  readonly face: Interface
  readonly coverage: Coverage
  /** The rules with which the contract is compared. */
  readonly rules: typeof send
  /** Rules that are wrong on purpose. Each leaves when the contract answers otherwise than it would. */
  readonly suspects: Map<string, typeof send>
}

/** The stake of the first three validators' first coldkeys, and what the others may add. */
const openingStakes = [50_000n, 30_000n, 20_000n, 10_000n, 40_000n].map((alpha) => alpha * ALPHA)

/** An outcome's answer as the contract encodes it. */
const answerIn = ({ answer }: ReturnType<typeof send>) =>
  Either.match(answer, {
    onLeft: (value: unknown) => ({ _tag: "Err", value }),
    onRight: (value: unknown) => ({ _tag: "Ok", value })
  })

export class Game {
  readonly fork: Fork
  world: World
  /** The steps so far, in words. */
  readonly journal: Array<string> = []
  private readonly cells: Cells
  private readonly invariants: Invariants
  private fault: Fault | undefined

  /** @param seed the sequence's */
  constructor(
    readonly table: Table,
    private readonly seed: number
  ) {
    const { stage } = table
    const { actors, config, contract } = stage
    this.fork = new Fork(table.executor, table.face, stage)
    const hotkeys = [...actors.validators, ...actors.miners.slice(0, -1)].map(({ hotkey }) => hotkey)
    this.world = {
      state: newState(contract, actors.owner, config),
      subnet: {
        ...emptySubnet(stage.block),
        hotkeys: new Set([...hotkeys, ...actors.treasuries]),
        codes: new Set([CODE_HASH]),
        proxyOf: new Set([config.treasuryColdkey])
      }
    }
    this.setBlock(100)
    actors.validators.forEach(({ coldkeys: [coldkey], hotkey }, index) => {
      if (coldkey !== undefined) this.setStake(hotkey, coldkey, openingStakes[index] ?? 0n)
    })
    actors.miners.forEach(({ coldkey, hotkey }, index) => {
      this.setStake(hotkey, coldkey, 300n * ALPHA)
      // someone else who may deposit behind the same hotkey
      const other = actors.miners[(index + 2) % actors.miners.length]?.coldkey
      if (other !== undefined) this.setStake(hotkey, other, 100n * ALPHA)
    })
    this.cells = new Cells(table.face, this.fork)
    this.invariants = new Invariants(stage, this.fork, this.cells)
    for (const { coldkeys, hotkey } of actors.validators.slice(0, 3)) {
      this.send(actors.owner, "addValidator", { hotkey, coldkeys: coldkeys.slice(0, 1) })
    }
  }

  get block(): number {
    return this.world.subnet.block
  }

  /** An account's name, or its address if it has none. */
  name(account: string): string {
    const { actors, config, contract } = this.table.stage
    if (account === contract) return "contract"
    return actors.nameOf(account) ?? (account === config.treasuryColdkey ? "treasury.cold" : account)
  }

  /** Sends a message to both sides and compares everything. Returns whether it was accepted. */
  send<Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): boolean {
    this.journal.push(`${this.block}: ${this.name(caller)} ${name} ${this.text(args)}`)
    const before = this.invariants.before()
    const expected = this.table.rules(this.world, caller, name, args)
    const sent = this.fork.send(caller, name, args)
    const answer = answerIn(expected)
    this.journal.push(`    ${this.text(sent.answer)}`)
    this.table.coverage.count(name, answer)
    if (!(answer._tag === "Err" && this.isUnreadable(sent.answer))) this.expectSame(`the answer to ${name}`, sent.answer, answer)
    this.expectSame(`the events of ${name}`, sent.events, expected.events)
    for (const [rule, rules] of this.table.suspects) {
      const wrong = rules(this.world, caller, name, args)
      if (!this.isUnreadable(sent.answer) && !(Bun.deepEquals(sent.answer, answerIn(wrong)) && Bun.deepEquals(sent.events, wrong.events))) {
        this.table.suspects.delete(rule)
        this.table.coverage.tellApart(rule, this.seed)
      }
    }
    this.world = expected.world
    this.cells.update(sent.changed)
    if (sent.accepted) this.compareState(name)
    const broken = this.invariants.after(before, { caller, name, args, sent })
    if (broken !== undefined) throw new Disagreement(`${broken}, after ${name}`)
    return sent.accepted
  }

  /** While stakes cannot be read, that error and the model's own refusal are both acceptable, whichever comes first. */
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
    for (const [key, amount] of HashMap.entries(this.world.subnet.stakes)) {
      const [hotkey = "", coldkey = ""] = key.split("/")
      const real = this.fork.stake(hotkey as AccountAddress, coldkey as AccountAddress) // stakeKey put these two together
      this.expectSame(`the stake of ${this.name(coldkey)} behind ${this.name(hotkey)} after ${after}`, real, amount)
    }
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

  /** Queries every view for existing and missing entries. */
  compareViews(): void {
    const { actors, contract } = this.table.stage
    const all = { from: 1, limit: 100 }
    const ask = <Name extends View>(name: Name, args: MessageArguments<Name>) => {
      const { answer, gas } = this.fork.ask(actors.stranger, name, args)
      this.table.coverage.view(name, gas)
      const expected = Either.match(answerOf(this.world, name, args), {
        onLeft: (value: unknown) => ({ _tag: "Err", value }),
        onRight: (value: unknown) => ({ _tag: "Ok", value })
      })
      this.expectSame(`${name} ${this.text(args)}`, answer, expected)
    }
    for (const name of ["config", "owner", "proposedOwner", "paused", "validators", "treasury", "announced", "counts", "version"] as const)
      ask(name, {})
    ask("issues", { ...all, status: null })
    ask("issues", { ...all, status: { _tag: "Open" } })
    ask("issues", { from: 2, limit: 1, status: null })
    ask("competitions", all)
    ask("competitions", { from: 0, limit: 2 })
    ask("issueByReference", { repository: "Acme/WIDGETS", number: 10 })
    for (const id of [1 + (this.block % 2), this.world.state.issueCount, this.world.state.issueCount + 1]) {
      ask("issue", { id })
      ask("competition", { id })
      ask("ballotPair", { issue: id })
      ask("ballotOutcome", { issue: id })
      ask("enrolled", { issue: id })
    }
    for (const { hotkey } of actors.miners.slice(0, 3)) ask("competitionsOf", { hotkey, from: 0, limit: 100 })
    ask("competitionsOf", { hotkey: contract, from: 0, limit: 1 })
    ask("collateral", { miners: actors.miners.map(({ coldkey, hotkey }) => [hotkey, coldkey] as const) })
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

  /** Changes stake from outside the contract. */
  changeStake(hotkey: AccountAddress, coldkey: AccountAddress, by: bigint): void {
    const now = this.stake(hotkey, coldkey) + by
    this.journal.push(`${this.block}: stake of ${this.name(coldkey)} behind ${this.name(hotkey)} ${by < 0n ? by : `+${by}`}`)
    this.setStake(hotkey, coldkey, now < 0n ? 0n : now)
  }

  /** Plays while the chain has this fault. */
  during(fault: Fault, play: () => void): void {
    if (this.fault !== undefined) throw new Error("one fault at a time")
    this.journal.push(`${this.block}: ${show(fault, (account) => account)} from here`)
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
    const { config } = this.table.stage
    const good = this.world.subnet
    const put = (key: string, value: Uint8Array | null, subnet: Partial<World["subnet"]>) => {
      const old = this.fork.get(key) ?? null
      this.fork.set(key, value)
      this.world = { ...this.world, subnet: { ...this.world.subnet, ...subnet } }
      return () => {
        this.fork.set(key, old)
        const { faults, minStake, proxyOf, runtimeCallsRefused, tokenEnabled, transfersAllowed } = good
        const mended = { faults, minStake, proxyOf, runtimeCallsRefused, tokenEnabled, transfersAllowed }
        this.world = { ...this.world, subnet: { ...this.world.subnet, ...mended } }
      }
    }
    switch (fault.kind) {
      case "status":
        return put(keys.faultKey(chainFunctions[fault.of]), unsigned(fault.code, 4), { faults: { [fault.of]: fault.code } })
      case "runtimeCalls":
        return put(keys.faultKey(0xffff), unsigned(1, 4), { runtimeCallsRefused: true })
      case "proxyRemoved":
        return put(keys.proxiesKey(config.treasuryColdkey), null, { proxyOf: new Set() })
      case "transfersOff":
        return put(keys.transfersAllowedKey(NETUID), new Uint8Array([0]), { transfersAllowed: false })
      case "tokenOff":
        return put(keys.tokenEnabledKey(NETUID), new Uint8Array([0]), { tokenEnabled: false })
      case "largeMinStake":
        return put(keys.minStakeKey, unsigned(1_000_000n * ALPHA, 8), { minStake: 1_000_000n * ALPHA })
    }
  }
}
