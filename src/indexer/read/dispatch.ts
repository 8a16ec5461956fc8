/**
 * What became of each call within an extrinsic. Wrappers (batches, proxies, sudo, multisigs) carry out the calls inside them and say how these ended by
 * events, in order; a call's own events lie between. Pure.
 *
 * A call of a contract that went well ends with `Contracts.Called` of that contract, which tells it from whatever the contract caused on its way: contracts
 * may use proxies themselves. One that failed leaves no event.
 */

import type { GenericCall } from "@polkadot/types/generic"
import type { DispatchError, EventRecord } from "@polkadot/types/interfaces"
import type { Codec } from "@polkadot/types-codec/types"
import type { Runtime } from "./Runtimes.ts"

/** An event of the block with its place there. */
export interface Placed {
  readonly index: number
  readonly record: EventRecord
}

/** A call that carries out nothing but itself. */
export interface Leaf {
  readonly call: GenericCall
  /** In whose name it is carried out; null where the chain does not say. */
  readonly origin: string | null
  /** null: it took effect. */
  readonly error: string | null
  /** What it caused. */
  readonly events: ReadonlyArray<Placed>
}

/** Calls further down than any honest one. */
const DEEPEST = 32

const isCall = (value: Codec): value is GenericCall => "callIndex" in value && "section" in value && "method" in value

/** The calls among a call's arguments. */
const callsIn = (call: GenericCall): ReadonlyArray<GenericCall> =>
  [...call.args].flatMap((argument) => (isCall(argument) ? [argument] : Array.isArray(argument) ? argument.filter(isCall) : []))

const nameOfCall = (call: GenericCall) => `${call.section}.${call.method}`
const nameOfEvent = ({ record: { event } }: Placed) => `${event.section}.${event.method}`

/** The field of an event, by its name in the metadata or, where it has none, by its place. */
const fieldOf = ({ record: { event } }: Placed, name: string, place: number): Codec | undefined => {
  const at = event.data.names?.indexOf(name) ?? -1
  return event.data[at < 0 ? place : at]
}

/** polkadot.js' `Result` and `DispatchError` by what they have. */
interface ResultLike extends Codec {
  readonly isErr: boolean
  readonly asErr: DispatchError
}
const isResult = (value: Codec | undefined): value is ResultLike => value !== undefined && "isErr" in value
const isDispatchError = (value: Codec | undefined): value is DispatchError => value !== undefined && "isModule" in value

const ITEM_ENDS = new Set(["utility.ItemCompleted", "utility.ItemFailed", "utility.BatchInterrupted"])

/** The event by which a wrapper says how its call ended, with the name and place of the result in it. */
const RESULTS: Readonly<Record<string, readonly [event: string, field: string, place: number]>> = {
  "proxy.proxy": ["proxy.ProxyExecuted", "result", 0],
  "proxy.proxyAnnounced": ["proxy.ProxyExecuted", "result", 0],
  "sudo.sudo": ["sudo.Sudid", "sudoResult", 0],
  "sudo.sudoUncheckedWeight": ["sudo.Sudid", "sudoResult", 0],
  "sudo.sudoAs": ["sudo.SudoAsDone", "sudoResult", 0],
  "multisig.asMulti": ["multisig.MultisigExecuted", "result", 4],
  "utility.dispatchAs": ["utility.DispatchedAs", "result", 0]
}
/** A multisig's call is not carried out before the last of its accounts approves. */
const MAY_WAIT = new Set(["multisig.asMulti"])
const BATCHES = new Set(["utility.batch", "utility.batchAll", "utility.forceBatch"])

const argumentNamed = (call: GenericCall, name: string): Codec | undefined => {
  const at = call.meta.args.findIndex((argument) => argument.name.toString() === name)
  return call.args[at]
}

/** In whose name a wrapper carries its call out. */
const originWithin = (call: GenericCall, origin: string | null): string | null => {
  switch (nameOfCall(call)) {
    case "utility.batch":
    case "utility.batchAll":
    case "utility.forceBatch":
    case "utility.withWeight":
    case "utility.ifElse":
      return origin
    case "proxy.proxy":
    case "proxy.proxyAnnounced":
      return argumentNamed(call, "real")?.toString() ?? null
    case "sudo.sudoAs":
      return argumentNamed(call, "who")?.toString() ?? null
    default:
      return null
  }
}

interface Found {
  readonly leaves: ReadonlyArray<Leaf>
  /** How the call itself ended, as far as it is seen from within; null where it went well or its wrapper is to say. */
  readonly error: string | null
}

/** Until something around it says why. */
const UNSAID = "Unknown"

/** One extrinsic's events, walked through in order. */
class Walk {
  private at = 0
  private readonly names: ReadonlyArray<string>
  /** What the wrappers around the present call will say at its end. */
  private readonly awaited: Array<string> = []

  constructor(
    private readonly events: ReadonlyArray<Placed>,
    private readonly runtime: Runtime
  ) {
    this.names = events.map(nameOfEvent)
  }

  /** Where the next event of these names is, or the end of all. Each event is looked at a few times, however many calls a batch has. */
  private next(ends: (name: string) => boolean): number {
    let place = this.at
    while (place < this.names.length && !ends(this.names[place] ?? "")) place++
    return place
  }

  /** Where the last `Contracts.Called` of a contract is, between two places. */
  private lastCalled(contract: string | undefined, from: number, end: number): number | undefined {
    for (let place = end - 1; place >= from; place--) {
      const event = this.events[place]
      if (this.names[place] === "contracts.Called" && event !== undefined && fieldOf(event, "contract", 1)?.toString() === contract)
        return place
    }
    return undefined
  }

  private nextEnd(): number {
    return this.next((name) => ITEM_ENDS.has(name) || this.awaited.includes(name))
  }

  private words(error: Codec | undefined): string {
    return isDispatchError(error) ? this.runtime.nameOf(error) : UNSAID
  }

  /** The calls within a call, and how they ended. */
  calls(call: GenericCall, origin: string | null, depth = 0): Found {
    const inner = depth < DEEPEST ? callsIn(call) : []
    if (BATCHES.has(nameOfCall(call))) return this.batch(call, inner, origin, depth)
    const [only] = inner
    return only === undefined ? this.leaf(call, origin) : this.wrapper(call, only, originWithin(call, origin), depth)
  }

  private leaf(call: GenericCall, origin: string | null): Found {
    const from = this.at
    if (nameOfCall(call) !== "contracts.call") {
      this.at = this.nextEnd()
      return { leaves: [{ call, origin, error: null, events: this.events.slice(from, this.at) }], error: null }
    }
    const contract = argumentNamed(call, "dest")?.toString()
    const end = this.next((name) => ITEM_ENDS.has(name))
    const called = this.lastCalled(contract, from, end)
    if (called === undefined) return { leaves: [{ call, origin, error: UNSAID, events: [] }], error: UNSAID }
    this.at = called + 1
    return { leaves: [{ call, origin, error: null, events: this.events.slice(from, this.at) }], error: null }
  }

  /** A call that carries out one other. */
  private wrapper(call: GenericCall, inner: GenericCall, origin: string | null, depth: number): Found {
    const said = RESULTS[nameOfCall(call)]
    if (said === undefined) return this.calls(inner, origin, depth + 1)
    const [event, field, place] = said
    this.awaited.push(event)
    const within = this.calls(inner, origin, depth + 1)
    this.awaited.pop()
    const own = this.next((name) => name === event || ITEM_ENDS.has(name))
    const ended = this.events[own]
    if (ended === undefined || nameOfEvent(ended) !== event) return MAY_WAIT.has(nameOfCall(call)) ? { leaves: [], error: null } : within
    this.at = own + 1
    const result = fieldOf(ended, field, place)
    // The wrapper itself did well, whatever became of its call.
    return { leaves: settle(within.leaves, isResult(result) && result.isErr ? this.words(result.asErr) : null), error: null }
  }

  /** Calls that were not tried. */
  private untried(items: ReadonlyArray<GenericCall>, origin: string | null, depth: number, error: string): ReadonlyArray<Leaf> {
    return items.flatMap((item) => new Walk([], this.runtime).calls(item, origin, depth + 1).leaves.map((leaf) => ({ ...leaf, error })))
  }

  private batch(call: GenericCall, items: ReadonlyArray<GenericCall>, origin: string | null, depth: number): Found {
    const all: Array<Leaf> = []
    for (const [place, item] of items.entries()) {
      const { leaves } = this.calls(item, origin, depth + 1)
      const rest = () => items.slice(place + 1)
      const end = this.nextEnd()
      const ended = this.events[end]
      const word = ended === undefined ? "" : nameOfEvent(ended)
      // All or nothing: it failed as a whole, and what is around it says why.
      if (call.method === "batchAll" && word !== "utility.ItemCompleted")
        return { leaves: [...settle([...all, ...leaves], UNSAID), ...this.untried(rest(), origin, depth, UNSAID)], error: UNSAID }
      if (ended === undefined || !ITEM_ENDS.has(word)) {
        all.push(...leaves)
        continue
      }
      this.at = end + 1
      const error = word === "utility.ItemCompleted" ? null : this.words(fieldOf(ended, "error", word === "utility.ItemFailed" ? 0 : 1))
      all.push(...settle(leaves, error))
      if (word === "utility.BatchInterrupted")
        return { leaves: [...all, ...this.untried(rest(), origin, depth, "Utility.BatchInterrupted")], error: null }
    }
    const last = this.events[this.at]
    if (last !== undefined && /^utility\.BatchCompleted/.test(nameOfEvent(last))) this.at++
    return { leaves: all, error: null }
  }
}

/** What was undone with the failure around it. */
const settle = (leaves: ReadonlyArray<Leaf>, error: string | null): ReadonlyArray<Leaf> =>
  error === null ? leaves : leaves.map((leaf) => (leaf.error === null || leaf.error === UNSAID ? { ...leaf, error, events: [] } : leaf))

/** Every call that an extrinsic carried out, in order, and how each ended. `events`: those of the extrinsic. */
export const leavesOf = (
  call: GenericCall,
  signer: string | null,
  events: ReadonlyArray<Placed>,
  runtime: Runtime
): ReadonlyArray<Leaf> => {
  const failed = events.find((event) => nameOfEvent(event) === "system.ExtrinsicFailed")
  const { leaves } = new Walk(failed === undefined ? events : [], runtime).calls(call, signer)
  if (failed === undefined) return leaves
  const error = fieldOf(failed, "dispatchError", 0)
  return settle(
    leaves.map((leaf) => ({ ...leaf, error: null })),
    isDispatchError(error) ? runtime.nameOf(error) : UNSAID
  )
}
