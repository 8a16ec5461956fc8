/**
 * The parsing process: reads frames from standard input until its end and answers on standard output. It knows no secrets, opens only the grammars and the
 * core, and may be killed at any time.
 */

import { dlopen } from "bun:ffi"
import { readSync, writeSync } from "node:fs"
import { Schema } from "effect"
import counterFile from "../../../../wasm/tree-counter/counter.wasm" with { type: "file" }
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import { grammars } from "../grammars.ts"
import { compiled } from "../treeSitter/compiled.ts"
import { coreFile } from "../treeSitter/coreFile.ts"
import { TreeSitter, type TreeSitterModules, utf8Core } from "../treeSitter/TreeSitter.ts"
import { bytesAfter, Frame, FrameReader, type Reply } from "./protocol.ts"

/** A parser that has grown beyond this is created anew, which frees its memory. */
const KEPT_BYTES = 192 << 20
const CHUNK = 1 << 18

const PR_SET_PDEATHSIG = 1
const SIGKILL = 9

/** A process that loops in a parser does not notice that its input has ended. On Linux, the kernel ends it with its parent. */
const endWithParent = (): void => {
  if (process.platform !== "linux") return
  for (const library of ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`]) {
    try {
      const { symbols } = dlopen(library, { prctl: { args: ["int", "u64", "u64", "u64", "u64"], returns: "int" } })
      symbols.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
      return
    } catch {
      // another C library: the next name
    }
  }
}

const decodeFrame = Schema.decodeUnknownSync(Schema.parseJson(Frame))

/** Grammars are loaded into a parser when a file first needs them. */
class Engine {
  readonly #modules: TreeSitterModules
  readonly #grammars = new Map<string, WebAssembly.Module>()
  #parser: TreeSitter | undefined
  rules: FileRules = { languages: new Map(), structural: new Map(), leaf: new Map() }
  maximumBytes = 0

  constructor(modules: TreeSitterModules) {
    this.#modules = modules
  }

  async compare(grammar: string, base: Uint8Array, head: Uint8Array, budgetMs: number): Promise<Reply> {
    const parser = this.#parser ?? new TreeSitter(this.#modules, this.maximumBytes)
    this.#parser = parser
    if (!parser.has(grammar)) parser.add(grammar, await this.#grammar(grammar))
    const { difference, timedOut } = parser.difference(grammar, base, head, this.rules, budgetMs)
    if (parser.memory.buffer.byteLength > KEPT_BYTES) this.#parser = undefined
    return { _tag: "compared", difference, timedOut, memoryBytes: process.memoryUsage.rss() }
  }

  async #grammar(name: string): Promise<WebAssembly.Module> {
    const known = this.#grammars.get(name)
    if (known !== undefined) return known
    const path = grammars[name]
    if (path === undefined) throw new Error(`there is no grammar ${name}`)
    const module = await compiled(path)
    this.#grammars.set(name, module)
    return module
  }
}

const INPUT = 0
const OUTPUT = 1

const answer = (reply: Reply): void => {
  writeSync(OUTPUT, `${JSON.stringify(reply)}\n`)
}

/** Runs until standard input ends. */
export const main = async (): Promise<void> => {
  endWithParent()
  const engine = new Engine({
    core: await WebAssembly.compile(utf8Core(await Bun.file(coreFile).bytes())),
    counter: await compiled(counterFile)
  })
  const reader = new FrameReader()
  const chunk = new Uint8Array(CHUNK)
  /** Waits for more input; false at its end. */
  const more = (): boolean => {
    const length = readSync(INPUT, chunk)
    if (length > 0) reader.push(chunk.subarray(0, length))
    return length > 0
  }
  const line = (): string | undefined => {
    for (;;) {
      const found = reader.line()
      if (found !== undefined || !more()) return found
    }
  }
  const bytes = (length: number): Uint8Array | undefined => {
    for (;;) {
      const found = reader.bytes(length)
      if (found !== undefined || !more()) return found
    }
  }
  answer({ _tag: "ready" })
  for (let text = line(); text !== undefined; text = line()) {
    const frame = decodeFrame(text)
    if (frame._tag === "weights") {
      engine.maximumBytes = frame.maximumBytes
      engine.rules = { languages: new Map(), structural: new Map(frame.structural), leaf: new Map(frame.leaf) }
      continue
    }
    const both = bytes(bytesAfter(frame))
    if (both === undefined) return
    try {
      answer(await engine.compare(frame.grammar, both.subarray(0, frame.base), both.subarray(frame.base), frame.budgetMs))
    } catch (cause) {
      answer({ _tag: "failed", reason: cause instanceof Error ? cause.message : String(cause) })
      return
    }
  }
}
