/**
 * Loads dynamically linked WebAssembly modules ("dylink.0" of the tool conventions): tree-sitter's core and its grammars share a memory, a function table
 * and a stack.
 */

/** The file is not such a module, or it imports something that does not exist. */
export class NotLoadable extends Error {
  override readonly name = "NotLoadable"
}

/** A module's needs before it is instantiated: bytes of memory, and slots of the function table. */
export interface Needs {
  readonly memory: number
  readonly alignment: number
  readonly table: number
}

const MEMORY_INFO = 1

/** An unsigned LEB128 number and the offset after it. */
const numberAt = (bytes: Uint8Array, offset: number): readonly [value: number, next: number] => {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[offset++]
    if (byte === undefined) throw new NotLoadable("a module's dylink.0 section ends in the middle of a number")
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return [value, offset]
  }
  throw new NotLoadable("a module's dylink.0 section has a number of more than 32 bits")
}

const memoryInfoAt = (bytes: Uint8Array, start: number): Needs => {
  const [memory, afterMemory] = numberAt(bytes, start)
  const [alignment, afterAlignment] = numberAt(bytes, afterMemory)
  const [table] = numberAt(bytes, afterAlignment)
  return { memory, alignment: 2 ** alignment, table }
}

/** Reads the dylink.0 section of a compiled module. */
export const needsOf = (module: WebAssembly.Module): Needs => {
  const [section] = WebAssembly.Module.customSections(module, "dylink.0")
  if (section === undefined) throw new NotLoadable("a module has no dylink.0 section: it was not built as a dynamic library")
  const bytes = new Uint8Array(section)
  for (let offset = 0; offset < bytes.length; ) {
    const kind = bytes[offset]
    const [size, start] = numberAt(bytes, offset + 1)
    if (kind === MEMORY_INFO) return memoryInfoAt(bytes, start)
    offset = start + size
  }
  return { memory: 0, alignment: 1, table: 0 }
}

export type ImportValue = WebAssembly.Memory | WebAssembly.Table | WebAssembly.Global | CallableFunction

/** Instantiates a module with exactly its imports, which `find` provides. */
export const instantiate = (
  module: WebAssembly.Module,
  find: (room: string, name: string, kind: string) => ImportValue | undefined
): WebAssembly.Instance => {
  const imports: Record<string, Record<string, ImportValue>> = {}
  for (const { module: room, name, kind } of WebAssembly.Module.imports(module)) {
    const value = find(room, name, kind)
    if (value === undefined) throw new NotLoadable(`a module imports the ${kind} ${room}.${name}, which does not exist`)
    imports[room] = { ...imports[room], [name]: value }
  }
  return new WebAssembly.Instance(module, imports)
}

/** A function that a module exports. Its numbers are i32; pointers come back signed. */
export type WasmFunction = (...values: ReadonlyArray<number>) => number

/** The exported function of that name; throws when there is none. */
export const functionOf = (instance: WebAssembly.Instance, name: string): WasmFunction => {
  const value = instance.exports[name]
  if (typeof value !== "function") throw new NotLoadable(`a module exports no function ${name}`)
  // WebAssembly functions have no types in JavaScript.
  return value as WasmFunction
}
