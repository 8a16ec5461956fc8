import type { Hex } from "../../../../../src/domain/hex.ts"
import type { Block } from "../../Block.ts"
import type { Chain } from "../../Chain.ts"
import type { BareHex } from "../../codec/hex.ts"
import { codeKey } from "../../state/keys.ts"
import type { RuntimeVersion } from "../runtimeVersion.ts"
import type { StorageItem } from "./storage.ts"

/** A client that pins more blocks than this loses its subscription: it has forgotten to unpin them. */
const pinnedLimit = 1024

/** The most operations of one subscription that wait for `chainHead_v1_continue`. */
const operationLimit = 16

/**
 * While many blocks are built at once, only some are announced. Up to this many unannounced blocks are still reported one by one; after a larger gap
 * the client gets `stop` and must follow again.
 */
const gapLimit = 16

type Runtime =
  | {
      readonly type: "valid"
      readonly spec: Omit<RuntimeVersion, "authoringVersion" | "stateVersion" | "apis"> & { readonly apis: Record<Hex, number> }
    }
  | { readonly type: "invalid"; readonly error: string }

/** What a subscription needs from the node. */
export interface FollowOptions {
  readonly chain: Chain
  readonly withRuntime: boolean
  /** The version of a block's runtime, or why it has none. */
  readonly versionAt: (block: Block) => RuntimeVersion | string
  readonly notify: (event: unknown) => void
  /** Ends the subscription. */
  readonly end: () => void
}

/** One `chainHead_v1_follow`: the blocks that its client pins, and the operations that wait for the client. */
export class Follow {
  private readonly pinned = new Set<BareHex>()
  private readonly paused = new Map<string, Iterator<ReadonlyArray<StorageItem>>>()
  private bestNumber = 0
  private finalNumber = 0
  private operations = 0

  constructor(private readonly options: FollowOptions) {}

  get withRuntime(): boolean {
    return this.options.withRuntime
  }

  /** Reports the finalised block and its descendants, then every new block. Returns a function that ends the reports. */
  begin(): () => void {
    const { chain } = this.options
    const final = chain.finalized()
    this.bestNumber = final.number
    this.finalNumber = final.number
    this.pinned.add(final.hash)
    this.options.notify({
      event: "initialized",
      finalizedBlockHashes: [`0x${final.hash}`],
      ...(this.withRuntime ? { finalizedBlockRuntime: this.runtimeOf(final) } : {})
    })
    if (this.reportUpTo(chain.head(), pinnedLimit / 2)) this.best(chain.head())
    const stops = [
      chain.onBlock((block) => {
        if (this.reportUpTo(block)) this.best(block)
      }),
      chain.onFinalized((block) => this.finalize(block))
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  holds(hash: BareHex): boolean {
    return this.pinned.has(hash)
  }

  unpin(hashes: ReadonlyArray<BareHex>): void {
    for (const hash of hashes) this.pinned.delete(hash)
  }

  /** A new operation's id. */
  newOperation(): string {
    return String(this.operations++)
  }

  get isAtOperationLimit(): boolean {
    return this.paused.size >= operationLimit
  }

  notify(event: unknown): void {
    this.options.notify(event)
  }

  /** Sends the next page; pauses the operation if there are more pages. */
  sendPage(operationId: string, pages: Iterator<ReadonlyArray<StorageItem>>, first: IteratorResult<ReadonlyArray<StorageItem>>): void {
    if (first.done === true) {
      this.notify({ event: "operationStorageDone", operationId })
      return
    }
    this.notify({ event: "operationStorageItems", operationId, items: first.value })
    const next = pages.next()
    if (next.done === true) this.notify({ event: "operationStorageDone", operationId })
    else {
      this.paused.set(operationId, resumeAt(next, pages))
      this.notify({ event: "operationWaitingForContinue", operationId })
    }
  }

  /** Takes a paused operation's remaining pages; undefined if none is paused under this id. */
  takePaused(operationId: string): Iterator<ReadonlyArray<StorageItem>> | undefined {
    const pages = this.paused.get(operationId)
    this.paused.delete(operationId)
    return pages
  }

  private best(block: Block): void {
    this.options.notify({ event: "bestBlockChanged", bestBlockHash: `0x${block.hash}` })
  }

  /** Reports the blocks after the last reported one; false if the subscription ended instead. */
  private reportUpTo(block: Block, limit = gapLimit): boolean {
    const { chain } = this.options
    if (block.number - this.bestNumber > limit || this.pinned.size >= pinnedLimit) {
      this.stop()
      return false
    }
    for (let number = this.bestNumber + 1; number <= block.number; number++) {
      const next = chain.blockAt(number)
      const parent = chain.blockAt(number - 1)
      if (next === undefined || parent === undefined) break
      this.pinned.add(next.hash)
      this.options.notify({
        event: "newBlock",
        blockHash: `0x${next.hash}`,
        parentBlockHash: `0x${parent.hash}`,
        ...(this.withRuntime ? { newRuntime: this.codeOf(next) === this.codeOf(parent) ? null : this.runtimeOf(next) } : {})
      })
      this.bestNumber = number
    }
    return true
  }

  private finalize(block: Block): void {
    const hashes: Array<Hex> = []
    for (let number = this.finalNumber + 1; number <= Math.min(block.number, this.bestNumber); number++) {
      const next = this.options.chain.blockAt(number)
      if (next !== undefined) hashes.push(`0x${next.hash}`)
      this.finalNumber = number
    }
    if (hashes.length > 0) this.options.notify({ event: "finalized", finalizedBlockHashes: hashes, prunedBlockHashes: [] })
  }

  private stop(): void {
    this.options.notify({ event: "stop" })
    this.options.end()
  }

  private codeOf(block: Block): Uint8Array | undefined {
    return this.options.chain.stateOf(block)?.get("", codeKey)
  }

  private runtimeOf(block: Block): Runtime {
    const version = this.options.versionAt(block)
    if (typeof version === "string") return { type: "invalid", error: version }
    const { specName, implName, specVersion, implVersion, transactionVersion, apis } = version
    return {
      type: "valid",
      spec: { specName, implName, specVersion, implVersion, transactionVersion, apis: Object.fromEntries(apis) }
    }
  }
}

/** An iterator that yields `first` again before the rest. */
const resumeAt = <A>(first: IteratorResult<A>, rest: Iterator<A>): Iterator<A> => {
  let pending: IteratorResult<A> | undefined = first
  return {
    next: () => {
      const result = pending ?? rest.next()
      pending = undefined
      return result
    }
  }
}
