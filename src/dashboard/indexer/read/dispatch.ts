/**
 * Determines the result of each call within an extrinsic. Wrappers (batches, proxies, sudo, multisigs) dispatch inner calls and report their results by events, in
 * order, with the inner calls' own events in between. Pure.
 *
 * A successful contract call ends with `Contracts.Called` of that contract, which separates it from the events of calls that the contract itself dispatched. A
 * failed contract call leaves no event.
 */

import type { GenericCall } from "@polkadot/types/generic"
import type { DispatchError, EventRecord } from "@polkadot/types/interfaces"
import type { Codec } from "@polkadot/types-codec/types"
import type { Runtime } from "./Runtimes.ts"

/** An event with its index in the block. */
export interface PlacedEvent {
  readonly index: number
  readonly record: EventRecord
}

/** A call that dispatches no other call. */
export interface Leaf {
  readonly call: GenericCall
  /** The origin account; null: unknown. */
  readonly origin: string | null
  /** Null if it succeeded. */
  readonly error: string | null
  readonly events: ReadonlyArray<PlacedEvent>
}

/** The deepest nesting that is followed; honest calls are far less deep. */
const MAX_DEPTH = 32

const isCall = (value: Codec): value is GenericCall => "callIndex" in value && "section" in value && "method" in value

/** The calls in a call's arguments. */
const callsIn = (call: GenericCall): ReadonlyArray<GenericCall> =>
  [...call.args].flatMap((argument) => (isCall(argument) ? [argument] : Array.isArray(argument) ? argument.filter(isCall) : []))

const nameOfCall = (call: GenericCall) => `${call.section}.${call.method}`
const nameOfEvent = ({ record: { event } }: PlacedEvent) => `${event.section}.${event.method}`

/** A field of an event, by its name in the metadata or, for unnamed fields, by its position. */
const fieldOf = ({ record: { event } }: PlacedEvent, name: string, place: number): Codec | undefined => {
  const at = event.data.names?.indexOf(name) ?? -1
  return event.data[at < 0 ? place : at]
}

/** Structural types of polkadot.js' `Result` and `DispatchError`. */
interface ResultLike extends Codec {
  readonly isErr: boolean
  readonly asErr: DispatchError
}
const isResult = (value: Codec | undefined): value is ResultLike => value !== undefined && "isErr" in value
const isDispatchError = (value: Codec | undefined): value is DispatchError => value !== undefined && "isModule" in value

const ITEM_ENDS = new Set(["utility.ItemCompleted", "utility.ItemFailed", "utility.BatchInterrupted"])

/** The event that reports each wrapper's result, with name and index of the result field. */
const RESULTS: Readonly<Record<string, readonly [event: string, field: string, place: number]>> = {
  "proxy.proxy": ["proxy.ProxyExecuted", "result", 0],
  "proxy.proxyAnnounced": ["proxy.ProxyExecuted", "result", 0],
  "sudo.sudo": ["sudo.Sudid", "sudoResult", 0],
  "sudo.sudoUncheckedWeight": ["sudo.Sudid", "sudoResult", 0],
  "sudo.sudoAs": ["sudo.SudoAsDone", "sudoResult", 0],
  "multisig.asMulti": ["multisig.MultisigExecuted", "result", 4],
  "utility.dispatchAs": ["utility.DispatchedAs", "result", 0]
}
/** A multisig dispatches its call only with the final approval. */
const MAY_WAIT = new Set(["multisig.asMulti"])
const BATCHES = new Set(["utility.batch", "utility.batchAll", "utility.forceBatch"])

const argumentNamed = (call: GenericCall, name: string): Codec | undefined => {
  const at = call.meta.args.findIndex((argument) => argument.name.toString() === name)
  return call.args[at]
}

/** The origin with which a wrapper dispatches its call. */
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

interface FoundEvent {
  readonly leaves: ReadonlyArray<Leaf>
  /** The call's own error, as far as its inner events show; null: it succeeded, or its wrapper will report. */
  readonly error: string | null
}

/** The error until an enclosing wrapper's event gives the reason. */
const UNKNOWN = "Unknown"

/** Walks through one extrinsic's events in order. */
class Walk {
  private at = 0
  private readonly names: ReadonlyArray<string>
  /** Events that end the wrappers around the current call. */
  private readonly awaited: Array<string> = []

  constructor(
    private readonly events: ReadonlyArray<PlacedEvent>,
    private readonly runtime: Runtime
  ) {
    this.names = events.map(nameOfEvent)
  }

  /** The index of the next event with one of these names, or the end. Visits each event a few times at most, even in large batches. */
  private next(ends: (name: string) => boolean): number {
    let place = this.at
    while (place < this.names.length && !ends(this.names[place] ?? "")) place++
    return place
  }

  /** The index of the last `Contracts.Called` of a contract within a range. */
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

  private errorName(error: Codec | undefined): string {
    return isDispatchError(error) ? this.runtime.nameOf(error) : UNKNOWN
  }

  /** The calls within a call, with their results. */
  calls(call: GenericCall, origin: string | null, depth = 0): FoundEvent {
    const inner = depth < MAX_DEPTH ? callsIn(call) : []
    if (BATCHES.has(nameOfCall(call))) return this.batch(call, inner, origin, depth)
    const [only] = inner
    return only === undefined ? this.leaf(call, origin) : this.wrapper(call, only, originWithin(call, origin), depth)
  }

  private leaf(call: GenericCall, origin: string | null): FoundEvent {
    const from = this.at
    if (nameOfCall(call) !== "contracts.call") {
      this.at = this.nextEnd()
      return { leaves: [{ call, origin, error: null, events: this.events.slice(from, this.at) }], error: null }
    }
    const contract = argumentNamed(call, "dest")?.toString()
    const end = this.next((name) => ITEM_ENDS.has(name))
    const called = this.lastCalled(contract, from, end)
    if (called === undefined) return { leaves: [{ call, origin, error: UNKNOWN, events: [] }], error: UNKNOWN }
    this.at = called + 1
    return { leaves: [{ call, origin, error: null, events: this.events.slice(from, this.at) }], error: null }
  }

  /** A call that dispatches one other call. */
  private wrapper(call: GenericCall, inner: GenericCall, origin: string | null, depth: number): FoundEvent {
    const wrapperResult = RESULTS[nameOfCall(call)]
    if (wrapperResult === undefined) return this.calls(inner, origin, depth + 1)
    const [event, field, place] = wrapperResult
    this.awaited.push(event)
    const within = this.calls(inner, origin, depth + 1)
    this.awaited.pop()
    const own = this.next((name) => name === event || ITEM_ENDS.has(name))
    const ended = this.events[own]
    if (ended === undefined || nameOfEvent(ended) !== event) return MAY_WAIT.has(nameOfCall(call)) ? { leaves: [], error: null } : within
    this.at = own + 1
    const result = fieldOf(ended, field, place)
    // The wrapper itself succeeded, whatever its inner call's result.
    return { leaves: rolledBack(within.leaves, isResult(result) && result.isErr ? this.errorName(result.asErr) : null), error: null }
  }

  /** Calls that were not dispatched. */
  private undispatched(items: ReadonlyArray<GenericCall>, origin: string | null, depth: number, error: string): ReadonlyArray<Leaf> {
    return items.flatMap((item) => new Walk([], this.runtime).calls(item, origin, depth + 1).leaves.map((leaf) => ({ ...leaf, error })))
  }

  private batch(call: GenericCall, items: ReadonlyArray<GenericCall>, origin: string | null, depth: number): FoundEvent {
    const all: Array<Leaf> = []
    for (const [place, item] of items.entries()) {
      const { leaves } = this.calls(item, origin, depth + 1)
      const rest = () => items.slice(place + 1)
      const end = this.nextEnd()
      const ended = this.events[end]
      const eventName = ended === undefined ? "" : nameOfEvent(ended)
      // `batchAll` failed as a whole; an enclosing event gives the reason.
      if (call.method === "batchAll" && eventName !== "utility.ItemCompleted")
        return {
          leaves: [...rolledBack([...all, ...leaves], UNKNOWN), ...this.undispatched(rest(), origin, depth, UNKNOWN)],
          error: UNKNOWN
        }
      if (ended === undefined || !ITEM_ENDS.has(eventName)) {
        all.push(...leaves)
        continue
      }
      this.at = end + 1
      const error =
        eventName === "utility.ItemCompleted" ? null : this.errorName(fieldOf(ended, "error", eventName === "utility.ItemFailed" ? 0 : 1))
      all.push(...rolledBack(leaves, error))
      if (eventName === "utility.BatchInterrupted")
        return { leaves: [...all, ...this.undispatched(rest(), origin, depth, "Utility.BatchInterrupted")], error: null }
    }
    const last = this.events[this.at]
    if (last !== undefined && /^utility\.BatchCompleted/.test(nameOfEvent(last))) this.at++
    return { leaves: all, error: null }
  }
}

/** Marks calls as failed that an enclosing failure rolled back. */
const rolledBack = (leaves: ReadonlyArray<Leaf>, error: string | null): ReadonlyArray<Leaf> =>
  error === null ? leaves : leaves.map((leaf) => (leaf.error === null || leaf.error === UNKNOWN ? { ...leaf, error, events: [] } : leaf))

/** Every call that an extrinsic dispatched, in order, with its result. `events` are those of the extrinsic. */
export const leavesOf = (
  call: GenericCall,
  signer: string | null,
  events: ReadonlyArray<PlacedEvent>,
  runtime: Runtime
): ReadonlyArray<Leaf> => {
  const failed = events.find((event) => nameOfEvent(event) === "system.ExtrinsicFailed")
  const { leaves } = new Walk(failed === undefined ? events : [], runtime).calls(call, signer)
  if (failed === undefined) return leaves
  const error = fieldOf(failed, "dispatchError", 0)
  return rolledBack(
    leaves.map((leaf) => ({ ...leaf, error: null })),
    isDispatchError(error) ? runtime.nameOf(error) : UNKNOWN
  )
}
