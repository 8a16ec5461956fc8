/**
 * A grammar's description from its module: the counts, names and tables of its struct TSLanguage (tree_sitter/parser.h, ABI 13 and 14). Two grammars
 * with equal descriptions, whose lexers and scanners are compiled from the same C, parse every text alike.
 */
import { functionOf, type ImportValue, instantiate, needsOf } from "../../src/layers/parsing/treeSitter/dynamicLibrary.ts"

/** The struct's first numbers, in their order. */
const COUNTS = ["abi", "symbols", "aliases", "tokens", "externalTokens", "states", "largeStates", "productions", "fields"] as const
export type Counts = Readonly<Record<(typeof COUNTS)[number] | "aliasLength", number>>

/** The struct's pointers by index; the first is at byte 40. */
const POINTERS = 40
const TABLES = {
  parse: 0,
  smallParse: 1,
  smallParseMap: 2,
  actions: 3,
  symbolNames: 4,
  fieldNames: 5,
  fieldSlices: 6,
  fieldEntries: 7,
  metadata: 8,
  publicSymbols: 9,
  aliasSequences: 11,
  lexModes: 12
} as const

/** A node kind: its name, and whether it is visible, named, and a supertype. */
export type Kind = readonly [name: string, isVisible: boolean, isNamed: boolean, isSupertype: boolean]

export interface Description {
  readonly counts: Counts
  readonly kinds: ReadonlyArray<Kind>
  readonly fieldNames: ReadonlyArray<string>
  /** SHA-256 of the tables: parse states, actions, lexer modes, aliases, fields, symbols. */
  readonly tables: string
}

const MEMORY_PAGES = 1024
const STACK_END = 1 << 16
/** The module's data begins here, above the stack. */
const DATA_START = 1 << 17

/** Instantiates a grammar alone, in its own memory. Its functions are not called, so its imports are stubs. */
const languageOf = (module: WebAssembly.Module): { readonly memory: DataView; readonly address: number } => {
  const needs = needsOf(module)
  const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES })
  const table = new WebAssembly.Table({ initial: needs.table + 1, element: "anyfunc" })
  const number = (value: number, mutable = false) => new WebAssembly.Global({ value: "i32", mutable }, value)
  const given: Readonly<Record<string, ImportValue>> = {
    memory,
    __indirect_function_table: table,
    __stack_pointer: number(STACK_END, true),
    __memory_base: number(DATA_START),
    __table_base: number(1)
  }
  const late: Array<readonly [name: string, global: WebAssembly.Global]> = []
  const instance = instantiate(module, (room, name, kind) => {
    if (given[name] !== undefined) return given[name]
    if (kind === "function") return () => 0
    const global = number(0, true)
    if (room === "GOT.mem") late.push([name, global])
    return global
  })
  for (const [name, global] of late) {
    const exported = instance.exports[name]
    if (exported instanceof WebAssembly.Global) global.value = Number(exported.value) + DATA_START
  }
  const relocate = instance.exports.__wasm_apply_data_relocs
  if (typeof relocate === "function") relocate()
  const entry = Object.keys(instance.exports).find((name) => /^tree_sitter_\w+$/.test(name) && !name.includes("external_scanner"))
  const address = functionOf(instance, entry ?? "tree_sitter_…")()
  return { memory: new DataView(memory.buffer), address }
}

/** A module's description, and the length in bytes of each hashed table. */
export const describe = (module: WebAssembly.Module) => {
  const { memory, address } = languageOf(module)
  const at = (field: keyof typeof TABLES) => memory.getUint32(address + POINTERS + 4 * TABLES[field], true)
  const u16 = (place: number) => memory.getUint16(place, true)
  const u32 = (place: number) => memory.getUint32(place, true)
  const bytes = (from: number, length: number) => new Uint8Array(memory.buffer, from, length)
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  const text = (place: number): string => {
    if (place === 0) return ""
    let end = place
    while (memory.getUint8(end) !== 0) end += 1
    return decoder.decode(bytes(place, end - place))
  }
  const names = (field: "symbolNames" | "fieldNames", first: number, last: number) =>
    Array.from({ length: last - first }, (_, index) => text(u32(at(field) + 4 * (first + index))))

  const counts = {
    ...Object.fromEntries(COUNTS.map((name, index) => [name, u32(address + 4 * index)])),
    aliasLength: u16(address + 36)
  } as Counts
  const { states, largeStates, symbols, tokens, productions, fields, aliasLength } = counts

  // The ends of the tables that do not state their length: the small states' groups, and the actions, to which entries of terminal symbols refer.
  let actions = 0
  const refers = (symbol: number, value: number) => {
    if (symbol < tokens) actions = Math.max(actions, value)
  }
  for (let index = 0; index < largeStates * symbols; index++) refers(index % symbols, u16(at("parse") + 2 * index))
  let smallEnd = 0
  for (let state = 0; state < states - largeStates; state++) {
    let place = at("smallParse") + 2 * u32(at("smallParseMap") + 4 * state)
    const groups = u16(place)
    place += 2
    for (let group = 0; group < groups; group++) {
      const [value, members] = [u16(place), u16(place + 2)]
      for (let member = 0; member < members; member++) refers(u16(place + 4 + 2 * member), value)
      place += 4 + 2 * members
    }
    smallEnd = Math.max(smallEnd, place - at("smallParse"))
  }
  const actionsEnd = actions + 1 + memory.getUint8(at("actions") + 8 * actions)
  let fieldEntries = 0
  for (let production = 0; fields > 0 && production < productions; production++) {
    const slice = at("fieldSlices") + 4 * production
    fieldEntries = Math.max(fieldEntries, u16(slice) + u16(slice + 2))
  }

  const lengths: ReadonlyArray<readonly [keyof typeof TABLES, number]> = [
    ["parse", 2 * largeStates * symbols],
    ["smallParse", smallEnd],
    ["smallParseMap", 4 * (states - largeStates)],
    ["actions", 8 * actionsEnd],
    ["fieldSlices", fields > 0 ? 4 * productions : 0],
    ["fieldEntries", 4 * fieldEntries],
    ["metadata", 3 * symbols],
    ["publicSymbols", 2 * symbols],
    ["aliasSequences", 2 * productions * aliasLength],
    ["lexModes", 4 * states]
  ]
  const tables = new Bun.CryptoHasher("sha256")
  for (const [field, length] of lengths) tables.update(bytes(at(field), length))
  const flags = bytes(at("metadata"), 3 * symbols)
  const description: Description = {
    counts,
    kinds: names("symbolNames", 0, symbols).map(
      (name, index): Kind => [name, flags[3 * index] === 1, flags[3 * index + 1] === 1, flags[3 * index + 2] === 1]
    ),
    fieldNames: names("fieldNames", 1, fields + 1),
    tables: tables.digest("hex")
  }
  return { description, blocks: lengths.filter(([, length]) => length > 0).map(([field, length]) => [TABLES[field], length] as const) }
}
