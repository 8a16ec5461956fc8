/**
 * tree-sitter's core in WebAssembly, as web-tree-sitter ships it, with grammars and the counting module in its memory.
 *
 * It is version 0.24.0 and reads UTF-8, as in today's validators: trees with syntax errors depend on both, because the cost of an error counts skipped
 * bytes. web-tree-sitter itself parses UTF-16 and asks JavaScript for the text piece by piece. Here, the constant of the encoding is replaced when the module
 * is loaded, and the counting module provides the text.
 */
import { isWholeLiteral } from "../fingerprint.ts"
import { layoutOf } from "../tally.ts"
import { functionOf, type ImportValue, instantiate, NotLoadable, needsOf, type WasmFunction } from "./dynamicLibrary.ts"

const PAGE = 65_536
/** The core's import requires at least this much. */
const INITIAL_PAGES = 512
const MEMORY_START = 1024
const STACK_BYTES = 1 << 20
const TABLE_START = 1
/** ts_parser_parse_wasm: `i32.const 1; i32.store offset=28`, the encoding of its TSInput (1: UTF-16), and the loads around it. */
const ENCODING = [0x41, 0x01, 0x36, 0x02, 0x1c, 0x20, 0x1d, 0x20, 0x01, 0x36, 0x02, 0x14] as const
/** The index of its read function in the core's part of the function table. */
const READ_FUNCTION = 20
/** Comments, and everything inside them, do not count. */
export const COMMENT_TYPES: ReadonlySet<string> = new Set([
  "comment",
  "line_comment",
  "block_comment",
  "documentation_comment",
  "doc_comment"
])

/** How the counting module handles a node of this type: its `kinds`. */
const kindOf = (type: string): number => (COMMENT_TYPES.has(type) ? 1 : isWholeLiteral(type) ? 2 : 0)

/** Punctuation as C's library defines it in a UTF-8 locale: printing characters except letters, digits and breaking spaces. */
const PUNCTUATION = /^(?:[\u00a0\u2007\u202f]|[^\p{Alphabetic}\p{Nd}\p{Z}\p{C}]|[\p{Cf}\p{Co}])$/u

/** Functions of C's library that grammars call and the core lacks. */
const LIBRARY: Readonly<Record<string, WasmFunction>> = {
  iswpunct: (character = 0) => Number(character > 0 && character <= 0x10ffff && PUNCTUATION.test(String.fromCodePoint(character)))
}

/** Patches the core's module to read UTF-8. */
export const utf8Core = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const patched = new Uint8Array(bytes)
  const places: Array<number> = []
  for (let offset = patched.indexOf(ENCODING[0]); offset >= 0; offset = patched.indexOf(ENCODING[0], offset + 1))
    if (ENCODING.every((byte, index) => patched[offset + index] === byte)) places.push(offset)
  const [place] = places
  if (place === undefined || places.length > 1)
    throw new NotLoadable(`the core has ${places.length} places that set its encoding, not one: it is not web-tree-sitter 0.24.0`)
  patched[place + 1] = 0
  return patched
}

/** Symbols that a language has besides its own: for errors. */
const ERROR_SYMBOLS = 2

const grow = (memory: WebAssembly.Memory, size: number): number => {
  const wanted = Math.max(size, memory.buffer.byteLength * 1.25)
  for (const bytes of [wanted, size]) {
    try {
      memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / PAGE))
      return 1
    } catch {
      // beyond the maximum: malloc gives null, and the parser aborts
    }
  }
  return 0
}

/** The processor's time of this process in milliseconds: what budgets are measured by, so that a busy machine takes nothing from a file. */
export const processorMillis = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1_000
}

/** The host functions that the core imports. All but the clock do nothing. */
const hostFunction = (name: string, memory: WebAssembly.Memory): ImportValue | undefined => {
  switch (name) {
    case "emscripten_get_now":
      return processorMillis
    case "_emscripten_get_now_is_monotonic":
      return () => 1
    case "_emscripten_memcpy_js":
      return (target: number, source: number, length: number) => new Uint8Array(memory.buffer).copyWithin(target, source, source + length)
    case "emscripten_resize_heap":
      return (size: number) => grow(memory, size >>> 0)
    case "_abort_js":
      return () => {
        throw new Error("the parser gave up: its memory is at its limit, or its state is damaged")
      }
    case "fd_write":
    case "fd_seek":
    case "fd_close":
    case "tree_sitter_log_callback":
    case "tree_sitter_parse_callback":
      return () => 0
  }
  return undefined
}

/** A grammar may name a function that it never calls. */
const missingFunction = (name: string) => () => {
  throw new Error(`it calls ${name}, which does not exist`)
}

/** Modules that are compiled once and instantiated many times. */
export interface TreeSitterModules {
  readonly core: WebAssembly.Module
  readonly counter: WebAssembly.Module
}

/** A grammar in a core's memory. `types`: the names of its node types; `names`: the same in UTF-8, each with a NUL. */
interface Language {
  readonly address: number
  readonly types: ReadonlyArray<string>
  readonly names: ReadonlyArray<Uint8Array>
  /** Where the counting module writes node types in the order of first occurrence, as u16. */
  readonly order: number
  readonly use: () => void
}

/** Bytes of a cryptographic hash that replace a leaf's text: too many for a feasible collision. */
const HASH_BYTES = 16

export class TreeSitter {
  readonly memory: WebAssembly.Memory
  readonly #table: WebAssembly.Table
  readonly #stack = new WebAssembly.Global({ value: "i32", mutable: true }, 0)
  readonly #core: WebAssembly.Instance
  readonly #counter: WebAssembly.Instance
  readonly #languages = new Map<string, Language>()
  readonly #parser: number
  readonly #input: number
  readonly #malloc: WasmFunction
  readonly #free: WasmFunction
  readonly #parse: WasmFunction
  readonly #countTree: WasmFunction
  /** Sets the budget in microseconds, as two halves of an i64. */
  readonly #setBudget: WasmFunction

  /** `maximumBytes`: the memory limit. A parse that needs more fails, and the core must not be used afterwards. */
  constructor(modules: TreeSitterModules, maximumBytes: number) {
    this.memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: Math.max(INITIAL_PAGES, Math.floor(maximumBytes / PAGE)) })
    const needs = needsOf(modules.core)
    this.#table = new WebAssembly.Table({ initial: TABLE_START + needs.table, element: "anyfunc" })
    const aligned = (address: number) => Math.ceil(address / 16) * 16
    const stackLow = aligned(MEMORY_START + needs.memory)
    const stackHigh = stackLow + STACK_BYTES
    this.#stack.value = stackHigh
    const constant = (value: number) => new WebAssembly.Global({ value: "i32", mutable: false }, value)
    const addresses: Readonly<Record<string, number>> = { __stack_low: stackLow, __stack_high: stackHigh, __heap_base: stackHigh }
    this.#core = instantiate(modules.core, (room, name, kind) => {
      if (name === "memory") return this.memory
      if (name === "__indirect_function_table") return this.#table
      if (name === "__stack_pointer") return this.#stack
      if (name === "__memory_base") return constant(MEMORY_START)
      if (name === "__table_base") return constant(TABLE_START)
      if (room === "GOT.mem" && addresses[name] !== undefined)
        return new WebAssembly.Global({ value: "i32", mutable: true }, addresses[name])
      return kind === "function" ? hostFunction(name, this.memory) : undefined
    })
    functionOf(this.#core, "__wasm_apply_data_relocs")()
    functionOf(this.#core, "__wasm_call_ctors")()
    this.#malloc = functionOf(this.#core, "malloc")
    this.#free = functionOf(this.#core, "free")
    this.#parse = functionOf(this.#core, "ts_parser_parse_wasm")
    this.#setBudget = functionOf(this.#core, "ts_parser_set_timeout_micros")
    this.#counter = instantiate(modules.counter, (_, name) => (name === "memory" ? this.memory : functionOf(this.#core, name)))
    this.#countTree = functionOf(this.#counter, "count")
    this.#table.set(TABLE_START + READ_FUNCTION, functionOf(this.#counter, "read"))
    const transfer = functionOf(this.#core, "ts_init")()
    functionOf(this.#core, "ts_parser_new_wasm")()
    this.#parser = this.#numbers()[transfer / 4] ?? 0
    this.#input = this.#allocate(8)
  }

  #bytes = () => new Uint8Array(this.memory.buffer)
  #numbers = () => new Uint32Array(this.memory.buffer)

  #allocate(size: number): number {
    const address = this.#malloc(size) >>> 0
    if (address === 0) throw new Error("the parser's memory is at its limit")
    return address
  }

  /** Whether the grammar is loaded already. */
  has(name: string): boolean {
    return this.#languages.has(name)
  }

  /** Loads a grammar under a name. Throws NotLoadable for a module that is not a grammar. */
  add(name: string, module: WebAssembly.Module): void {
    const needs = needsOf(module)
    const place = this.#allocate(needs.memory + needs.alignment)
    const memoryBase = Math.ceil(place / needs.alignment) * needs.alignment
    this.#bytes().fill(0, memoryBase, memoryBase + needs.memory)
    const tableBase = this.#table.grow(needs.table)
    const constant = (value: number) => new WebAssembly.Global({ value: "i32", mutable: false }, value)
    const late: Array<readonly [room: string, name: string, global: WebAssembly.Global]> = []
    const instance = instantiate(module, (room, wanted, kind) => {
      if (wanted === "memory") return this.memory
      if (wanted === "__indirect_function_table") return this.#table
      if (wanted === "__stack_pointer") return this.#stack
      if (wanted === "__memory_base") return constant(memoryBase)
      if (wanted === "__table_base") return constant(tableBase)
      if (room.startsWith("GOT.")) {
        const global = new WebAssembly.Global({ value: "i32", mutable: true }, 0)
        late.push([room, wanted, global])
        return global
      }
      return kind === "function" ? (this.#core.exports[wanted] ?? LIBRARY[wanted] ?? missingFunction(wanted)) : undefined
    })
    for (const [room, wanted, global] of late) {
      const value = instance.exports[wanted] ?? this.#core.exports[wanted]
      if (room === "GOT.mem" && value instanceof WebAssembly.Global) global.value = Number(value.value) + memoryBase
      else if (room === "GOT.func" && typeof value === "function") global.value = this.#table.grow(1, value)
      else throw new NotLoadable(`the grammar ${name} imports ${room}.${wanted}, which does not exist`)
    }
    for (const start of ["__wasm_apply_data_relocs", "__wasm_call_ctors"]) {
      const run = instance.exports[start]
      if (typeof run === "function") run()
    }
    const entry = Object.keys(instance.exports).find((key) => /^tree_sitter_\w+$/.test(key) && !key.includes("external_scanner"))
    if (entry === undefined) throw new NotLoadable(`the grammar ${name} exports no tree_sitter_ function`)
    const address = functionOf(instance, entry)() >>> 0
    if (functionOf(this.#core, "ts_parser_set_language")(this.#parser, address) === 0)
      throw new NotLoadable(`the grammar ${name} has a version that the core cannot read (it reads 13 and 14)`)
    this.#languages.set(name, this.#tablesOf(address))
  }

  /** The names of a language's node types, and the type of each of its symbols; the last two symbols stand for errors. */
  #nodeTypes(address: number) {
    const symbols = functionOf(this.#core, "ts_language_symbol_count")(address)
    const nameAt = functionOf(this.#core, "ts_language_symbol_name")
    const types = new Map<string, number>()
    const decoder = new TextDecoder()
    const typeOf = (name: string): number => {
      const known = types.get(name)
      if (known !== undefined) return known
      types.set(name, types.size)
      return types.size - 1
    }
    const ofSymbols = Array.from({ length: symbols }, (_, symbol) => {
      const start = nameAt(address, symbol) >>> 0
      const bytes = this.#bytes()
      return typeOf(start === 0 ? "" : decoder.decode(bytes.subarray(start, bytes.indexOf(0, start))))
    })
    ofSymbols.push(typeOf("ERROR"), typeOf("_ERROR"))
    return { names: [...types.keys()], ofSymbols }
  }

  /** Writes the tables of a language's node types. */
  #tablesOf(address: number): Language {
    const { names, ofSymbols } = this.#nodeTypes(address)
    const size = names.length
    const symbolTypes = this.#allocate(ofSymbols.length * 2)
    new Uint16Array(this.memory.buffer, symbolTypes, ofSymbols.length).set(ofSymbols)
    const kinds = this.#allocate(size)
    this.#bytes().set(names.map(kindOf), kinds)
    const counts = this.#allocate(size * 4)
    const places = this.#allocate(size * 2)
    const order = this.#allocate(size * 2)
    const use = functionOf(this.#counter, "useLanguage")
    const encoder = new TextEncoder()
    return {
      address,
      types: names,
      names: names.map((name) => encoder.encode(`${name}\0`)),
      order,
      use: () => use(address, ofSymbols.length - ERROR_SYMBOLS, size, symbolTypes, kinds, counts, places, order)
    }
  }

  /** The tree of the text at an address, or 0 when its budget ran out. */
  #treeOf(text: number, length: number, budgetMicroseconds: number): number {
    const numbers = this.#numbers()
    numbers[this.#input / 4] = text
    numbers[this.#input / 4 + 1] = length
    this.#setBudget(this.#parser, budgetMicroseconds, 0)
    const tree = this.#parse(this.#parser, this.#input, 0, 0, 0) >>> 0
    if (tree === 0) functionOf(this.#core, "ts_parser_reset")(this.#parser)
    return tree
  }

  /** The tally of the last count, in the layout of tally.ts. */
  #tally({ names, order }: Language): Uint8Array {
    const types = functionOf(this.#counter, "types")()
    const ofTypes = Array.from(new Uint16Array(this.memory.buffer, order, types), (type) => names[type] ?? new Uint8Array(1))
    const layout = layoutOf(types, functionOf(this.#counter, "leaves")())
    const length = layout.names + ofTypes.reduce((sum, name) => sum + name.length, 0)
    const place = this.#allocate(length)
    functionOf(this.#counter, "write")(place + layout.counts)
    const tally = this.#bytes().slice(place, place + length)
    this.#free(place)
    layout.write(tally, ofTypes)
    const view = new DataView(tally.buffer)
    const hash = new Uint8Array(Bun.SHA256.byteLength)
    for (let leaf = layout.leaves; leaf < layout.names; leaf += layout.leafBytes) {
      if (!layout.isHashed(view, leaf)) continue
      const text = view.getUint32(leaf, true)
      const bytes = new Uint8Array(this.memory.buffer, text, view.getUint32(leaf + 4, true))
      Bun.SHA256.hash(bytes, hash)
      tally.set(hash.subarray(0, HASH_BYTES), leaf)
    }
    return tally
  }

  /** Parses one version of a file and passes its tree to `use`; undefined when the budget ran out. */
  #parsed<A>(
    grammar: string,
    text: Uint8Array,
    budgetMs: number,
    use: (tree: number, text: number, language: Language) => A
  ): A | undefined {
    const language = this.#languages.get(grammar)
    if (language === undefined) throw new NotLoadable(`the grammar ${grammar} was not loaded`)
    language.use()
    functionOf(this.#core, "ts_parser_set_language")(this.#parser, language.address)
    const place = this.#allocate(text.length + 1)
    this.#bytes().set(text, place)
    const tree = this.#treeOf(place, text.length, Math.max(1, Math.round(budgetMs * 1000)))
    const used = tree === 0 ? undefined : use(tree, place, language)
    if (tree !== 0) functionOf(this.#core, "ts_tree_delete")(tree)
    this.#free(place)
    return used
  }

  /**
   * Parses one version of a file and counts its nodes: a tally in the layout of tally.ts, or undefined when the budget ran out. Throws when the parser fails;
   * the core must not be used afterwards.
   */
  tally(grammar: string, text: Uint8Array, budgetMs: number): Uint8Array | undefined {
    return this.#parsed(grammar, text, budgetMs, (tree, place, language) => {
      functionOf(this.#counter, "begin")(Math.floor(Math.random() * 0xffff_ffff))
      this.#countTree(tree, place)
      return this.#tally(language)
    })
  }

  /** The types of the tokens of one version of a file, as in fingerprint.ts, or undefined when the budget ran out. Throws as `tally` does. */
  tokens(
    grammar: string,
    text: Uint8Array,
    budgetMs: number
  ): { readonly types: ReadonlyArray<string>; readonly tokens: Uint16Array } | undefined {
    return this.#parsed(grammar, text, budgetMs, (tree, _, { types }) => {
      const count = functionOf(this.#counter, "list")(tree)
      const start = functionOf(this.#counter, "listed")() >>> 0
      return { types, tokens: new Uint16Array(this.memory.buffer, start, count).slice() }
    })
  }

  /**
   * The places of the comments in one version of a file: two numbers each, the first byte and the length, in the order of the text. undefined when the budget ran
   * out. Throws as `tally` does.
   */
  comments(grammar: string, text: Uint8Array, budgetMs: number): Uint32Array | undefined {
    return this.#parsed(grammar, text, budgetMs, (tree) => {
      const count = functionOf(this.#counter, "listComments")(tree)
      const start = functionOf(this.#counter, "listedComments")() >>> 0
      return new Uint32Array(this.memory.buffer, start, 2 * count).slice()
    })
  }
}
