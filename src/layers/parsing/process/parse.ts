/**
 * The parsing process: reads frames from standard input until its end and answers on standard output. It has no secrets, opens only the grammars and
 * the core, and may be killed at any time.
 */

import { readSync, writeSync } from "node:fs"
import counterFile from "../../../../wasm/tree-counter/counter.wasm" with { type: "file" }
import { messageOf } from "../../../domain/messageOf.ts"
import { openLibc } from "../../machine/process/libc.ts"
import { encodeComments } from "../commentPlaces.ts"
import { encodeFingerprints, fingerprintsOfTokens, fingerprintsOfWords, WORDS } from "../fingerprint.ts"
import { grammars } from "../grammars.ts"
import { compiled } from "../treeSitter/compiled.ts"
import { coreFile } from "../treeSitter/coreFile.ts"
import { processorMillis, TreeSitter, type TreeSitterModules, utf8Core } from "../treeSitter/TreeSitter.ts"
import { BlockReader, decodeRequest, encodeReply, REQUEST_HEAD, type ReplyTag, type RequestHead, type WantedResult } from "./protocol.ts"

/** A parser larger than this is recreated, which frees its memory. */
const KEPT_BYTES = 192 << 20
const CHUNK = 1 << 18

const PR_SET_PDEATHSIG = 1
const SIGKILL = 9

/** Makes Linux kill this process with its parent: a process that loops in a parser does not notice the end of its input. */
const endWithParent = (): void => {
  openLibc({ prctl: { args: ["int", "u64", "u64", "u64", "u64"], returns: "int" } })?.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
}

/** Loads grammars into a parser on first use. */
class Engine {
  readonly #modules: TreeSitterModules
  readonly #grammars = new Map<string, WebAssembly.Module>()
  #parser: TreeSitter | undefined
  constructor(modules: TreeSitterModules) {
    this.#modules = modules
  }

  /** The result for one version, or undefined when its budget ran out. */
  async answer({ wanted, budgetMs, maximumBytes }: RequestHead, grammar: string, text: Uint8Array): Promise<Uint8Array | undefined> {
    if (grammar.startsWith(WORDS)) return encodeFingerprints(fingerprintsOfWords(text, grammar.slice(WORDS.length)))
    const parser = this.#parser ?? new TreeSitter(this.#modules, maximumBytes)
    this.#parser = parser
    if (!parser.has(grammar)) parser.add(grammar, await this.#grammar(grammar))
    const answer = this.#parsed(wanted, parser, grammar, text, budgetMs)
    if (parser.memory.buffer.byteLength > KEPT_BYTES) this.#parser = undefined
    return answer
  }

  #parsed(wanted: WantedResult, parser: TreeSitter, grammar: string, text: Uint8Array, budgetMs: number): Uint8Array | undefined {
    switch (wanted) {
      case "tally":
        return parser.tally(grammar, text, budgetMs)
      case "fingerprints":
        return this.#fingerprints(parser, grammar, text, budgetMs)
      case "comments": {
        const places = parser.comments(grammar, text, budgetMs)
        return places === undefined ? undefined : encodeComments(places)
      }
    }
  }

  #fingerprints(parser: TreeSitter, grammar: string, text: Uint8Array, budgetMs: number): Uint8Array | undefined {
    const found = parser.tokens(grammar, text, budgetMs)
    return found === undefined ? undefined : encodeFingerprints(fingerprintsOfTokens(found.types, found.tokens))
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

const write = (bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(OUTPUT, bytes, at)
}

let usedBefore = 0

const writeReply = (tag: ReplyTag, bytes: Uint8Array = new Uint8Array(0)): void => {
  const used = processorMillis()
  const memoryBytes = tag === "ready" ? 0 : process.memoryUsage.rss()
  const head = encodeReply({ tag, bytes: bytes.length, memoryBytes, usedMs: used - usedBefore })
  usedBefore = used
  write(Buffer.concat([head, bytes]))
}

/** Runs until standard input ends. */
export const main = async (): Promise<void> => {
  endWithParent()
  const engine = new Engine({
    core: await WebAssembly.compile(utf8Core(await Bun.file(coreFile).bytes())),
    counter: await compiled(counterFile)
  })
  const reader = new BlockReader()
  const chunk = new Uint8Array(CHUNK)
  /** The next bytes; undefined when the input ends before them. */
  const take = (length: number): Uint8Array | undefined => {
    for (;;) {
      const found = reader.take(length)
      if (found !== undefined) return found
      const more = readSync(INPUT, chunk)
      if (more === 0) return undefined
      reader.push(chunk.subarray(0, more))
    }
  }
  const decoder = new TextDecoder()
  writeReply("ready")
  for (let head = take(REQUEST_HEAD); head !== undefined; head = take(REQUEST_HEAD)) {
    const request = decodeRequest(head)
    const block = take(request.nameBytes + request.textBytes)
    if (block === undefined) return
    try {
      const grammar = decoder.decode(block.subarray(0, request.nameBytes))
      const answered = await engine.answer(request, grammar, block.subarray(request.nameBytes))
      if (answered === undefined) writeReply("timedOut")
      else writeReply("done", answered)
    } catch (cause) {
      writeReply("failed", new TextEncoder().encode(messageOf(cause)))
      return
    }
  }
}
